import { beforeEach, describe, expect, it } from "vitest";
import { candlePageOf, COMPLETE_HEADER } from "../../domain/candle-page.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { exchangeUtc, parseKstDay } from "../../domain/time.ts";
import { epochMs, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import type { CandlePage } from "../../domain/wire.ts";
import type { Bytes } from "../bytes.ts";
import type { Seen } from "../testing/fake-exchange.ts";
import { ORIGIN, World } from "../testing/world.ts";

const PATH = "/v1/candles/minutes/1";
/** The test world's day, 12:00:30 KST. */
const TODAY = "2026-11-22";
const YESTERDAY = "2026-11-21";
const SILENT_MINUTE = 7;

const dayStart = (kstDay: string): number => {
  const start = parseKstDay(kstDay);
  if (!start.ok) throw new Error(kstDay);
  return start.value;
};

/** Candles the way the exchange pages them: newest first, the running one included, silent minutes skipped. */
function candlesAt(nowMs: () => number, sinceMs: number) {
  return ({ query }: Seen) => {
    const toMs = Date.parse(query.get("to") ?? "");
    const count = Number(query.get("count"));
    const rows = [];
    let startMs = Math.min(Math.ceil(toMs / MINUTE_MS) - 1, Math.floor(nowMs() / MINUTE_MS)) * MINUTE_MS;
    for (; rows.length < count && startMs >= sinceMs; startMs -= MINUTE_MS)
      if ((startMs / MINUTE_MS) % 60 !== SILENT_MINUTE) rows.push(rowAt(startMs));
    return { status: 200, body: rows };
  };
}
const rowAt = (startMs: number) => ({
  market: "KRW-BTC",
  candle_date_time_utc: exchangeUtc(epochMs(startMs)),
  opening_price: 100,
  high_price: 110,
  low_price: 90,
  trade_price: 105,
  timestamp: startMs + 59_000,
  candle_acc_trade_price: 1050,
  candle_acc_trade_volume: 10,
});

describe("market pages", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make();
    world.exchange.replies.set(
      `GET ${PATH}`,
      candlesAt(() => world.nowMs, 0),
    );
  });
  const ask = (kstDay: string, headers: Record<string, string> = {}) =>
    world.ask(`GET /api/candles/KRW-BTC/1m/${kstDay}`, { headers });
  const fetchDay = async (kstDay: string, headers: Record<string, string> = {}) =>
    world.app.fetch(new Request(`${ORIGIN}/api/candles/KRW-BTC/1m/${kstDay}`, { headers }));
  const bytesOf = async (response: Response): Promise<Bytes> => new Uint8Array(await response.arrayBuffer());
  async function readPage(response: Response, kstDay: string): Promise<CandlePage> {
    const complete = response.headers.get(COMPLETE_HEADER) === "yes";
    const bytes = await bytesOf(response);
    const page = candlePageOf(bytes, {
      market: "KRW-BTC" as MarketCode,
      kstDay,
      complete,
    });
    if (!page.ok) throw new Error(page.fault);
    return page.value;
  }
  const pageOf = async (kstDay: string) => readPage(await fetchDay(kstDay), kstDay);

  it("give a finished day whole, oldest first, silent minutes absent, once and for ever [X12]", async () => {
    const answer = await fetchDay(YESTERDAY);
    const page = await readPage(answer.clone(), YESTERDAY);
    expect(page).toMatchObject({ market: "KRW-BTC", intervalMs: 60_000, kstDay: YESTERDAY, complete: true });
    expect(page.openTimeMs).toHaveLength(1440 - 24);
    expect([page.openTimeMs[0], page.openTimeMs.at(-1)]).toEqual([dayStart(YESTERDAY), dayStart(TODAY) - MINUTE_MS]);
    expect(page.openTimeMs).toEqual(page.openTimeMs.toSorted((one, other) => one - other));
    expect([page.open[0], page.high[0], page.low[0], page.close[0], page.volume[0], page.value[0]]).toEqual([
      100, 110, 90, 105, 10, 1050,
    ]);
    expect(answer.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    const etag = answer.headers.get("ETag")!;
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    const asked = world.exchange.requests(`GET ${PATH}`).length;
    expect(asked).toBe(8);
    const unchanged = await fetchDay(YESTERDAY, { "If-None-Match": etag });
    expect([unchanged.status, unchanged.headers.get("ETag"), (await bytesOf(unchanged)).length]).toEqual([
      304,
      etag,
      0,
    ]);
    expect((await fetchDay(YESTERDAY, { "If-None-Match": '"another"' })).status).toBe(200);
    expect(await bytesOf(await fetchDay(YESTERDAY))).toEqual(await bytesOf(answer));
    expect(world.exchange.requests(`GET ${PATH}`)).toHaveLength(asked);
  });

  it("end the open day before the running minute and store it nowhere [X12]", async () => {
    const answer = await fetchDay(TODAY);
    const page = await readPage(answer.clone(), TODAY);
    expect(page.complete).toBe(false);
    expect(page.openTimeMs.at(-1)).toBe(Math.floor(world.nowMs / MINUTE_MS) * MINUTE_MS - MINUTE_MS);
    expect(page.openTimeMs[0]).toBe(dayStart(TODAY));
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(world.pages.size).toBe(0);
  });

  it("ask only for what is new of the open day, the last five minutes again (3.2)", async () => {
    const first = await pageOf(TODAY);
    const asked = world.exchange.requests(`GET ${PATH}`).length;
    await pageOf(TODAY);
    expect(world.exchange.requests(`GET ${PATH}`)).toHaveLength(asked);
    world.pass(2 * MINUTE_MS);
    const later = await pageOf(TODAY);
    const [again] = world.exchange.requests(`GET ${PATH}`).slice(asked);
    expect(world.exchange.requests(`GET ${PATH}`)).toHaveLength(asked + 1);
    expect(Number(again!.query.get("count"))).toBe(7);
    expect(later.openTimeMs.slice(0, first.openTimeMs.length)).toEqual(first.openTimeMs);
    expect(new Set(later.openTimeMs).size).toBe(first.openTimeMs.length + 2);
  });

  it("fetch a day that has just ended anew as a whole [X12]", async () => {
    world.pass(dayStart("2026-11-23") - world.nowMs - MINUTE_MS);
    await pageOf(TODAY);
    world.pass(2 * MINUTE_MS);
    const before = world.exchange.requests(`GET ${PATH}`).length;
    expect((await pageOf(TODAY)).complete).toBe(true);
    expect(world.exchange.requests(`GET ${PATH}`)).toHaveLength(before + 8);
  });

  it("call a day complete only when it has been over for a minute [X12]", async () => {
    world.pass(dayStart("2026-11-23") - world.nowMs + MINUTE_MS - 1);
    expect((await pageOf(TODAY)).complete).toBe(false);
    world.pass(1);
    expect((await pageOf(TODAY)).complete).toBe(true);
  });

  it("refuse a day that has not begun and one that is none [X12]", async () => {
    for (const day of ["2026-11-23", "2027-01-01", "2026-02-30", "yesterday"]) {
      const answer = await ask(day);
      expect([answer.status, answer.body["field"]]).toEqual([400, "kstDay"]);
    }
    expect((await world.ask(`GET /api/candles/krw-btc/1m/${TODAY}`)).status).toBe(400);
    expect(world.exchange.requests(`GET ${PATH}`)).toEqual([]);
  });

  it("give an empty finished day before the listing and after a row that makes no sense", async () => {
    world.exchange.replies.set(
      `GET ${PATH}`,
      candlesAt(() => world.nowMs, dayStart(TODAY)),
    );
    expect(await pageOf(YESTERDAY)).toMatchObject({ complete: true, openTimeMs: [] });
    world.exchange.replies.set(`GET ${PATH}`, () => ({
      status: 200,
      body: [{ ...rowAt(dayStart("2026-11-20")), low_price: 120 }],
    }));
    expect(await pageOf("2026-11-20")).toMatchObject({ openTimeMs: [] });
  });

  it("fetch a page once for two who ask at the same time", async () => {
    const [one, other] = await Promise.all([pageOf(YESTERDAY), pageOf(YESTERDAY)]);
    expect(one).toEqual(other);
    expect(world.exchange.requests(`GET ${PATH}`)).toHaveLength(8);
  });

  it("ask two at once and then eight a second, wait out a 429 and give up after the fourth", async () => {
    const startMs = world.nowMs;
    await pageOf(YESTERDAY);
    expect(world.nowMs - startMs).toBe(6 * 125);
    world.pages.clear();
    world.exchange.spoil(`GET ${PATH}`, { status: 429, body: "Too many API requests." });
    const retriedMs = world.nowMs;
    expect((await fetchDay(YESTERDAY)).status).toBe(200);
    expect(world.nowMs - retriedMs).toBeGreaterThan(8 * 125);
    world.pages.clear();
    world.exchange.spoil(`GET ${PATH}`, ...[1, 2, 3, 4].map(() => ({ status: 429, body: "" })));
    expect((await ask(YESTERDAY)).body).toMatchObject({
      type: "exchange-busy",
      kind: "retry",
      retryAfterMs: SECOND_MS,
    });
  });

  it("sort the exchange's failures: unknown market, silence, nonsense", async () => {
    world.exchange.spoil(
      `GET ${PATH}`,
      { status: 404, body: { error: { name: 404, message: "Code not found" } } },
      "never-arrives",
      { status: 200, body: { not: "candles" } },
    );
    const types = [];
    for (let count = 0; count < 3; count += 1) types.push((await ask(YESTERDAY)).body["type"]);
    expect(types).toEqual(["not-found", "exchange-unreachable", "exchange-answer-unreadable"]);
  });

  it("list the markets, remembered for ten minutes", async () => {
    world.exchange.replies.set("GET /v1/market/all", () => ({
      status: 200,
      body: [
        { market: "KRW-BTC", korean_name: "비트코인", english_name: "Bitcoin" },
        { market: "odd one", korean_name: "?", english_name: "?" },
      ],
    }));
    const markets = [{ market: "KRW-BTC", koreanName: "비트코인", englishName: "Bitcoin" }];
    for (let count = 0; count < 3; count += 1) expect((await world.ask("GET /api/markets")).body).toEqual({ markets });
    expect(world.exchange.requests("GET /v1/market/all")).toHaveLength(1);
    world.pass(10 * MINUTE_MS);
    await world.ask("GET /api/markets");
    expect(world.exchange.requests("GET /v1/market/all")).toHaveLength(2);
  });

  it("tell the market's clock: the wall's, or the local exchange's own", async () => {
    const wall = await world.ask("GET /api/config");
    expect(wall.body).toMatchObject({
      loopbackExchange: true,
      exchangeUrl: "http://127.0.0.1:1",
      marketClock: { marketMs: world.nowMs, wallMs: world.nowMs, speed: 1 },
    });
    world.pass(2 * SECOND_MS + 1);
    const body = { marketMs: 1_700_000_000_000, wallMs: world.nowMs, speed: 60 };
    world.exchange.replies.set("GET /emulator/clock", () => ({ status: 200, body }));
    expect((await world.ask("GET /api/config")).body["marketClock"]).toEqual(body);
    const live = await World.make({ EXCHANGE_URL: "https://api.upbit.com" });
    expect((await live.ask("GET /api/config")).body).toMatchObject({ loopbackExchange: false });
    expect(live.exchange.seen).toEqual([]);
  });
});
