import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MarketCode } from "../domain/market-code.ts";
import { UpbitAccountSchema, UpbitCandleSchema, UpbitChanceSchema, UpbitMarketSchema } from "../domain/upbit.ts";
import { UpbitApiKeySchema, UpbitOrderSchema } from "../domain/upbit.ts";
import { epochMs } from "../domain/units.ts";
import { createSigningClient, type SigningClient } from "./signing-client.ts";
import { startEmulator, type Emulator } from "./start-emulator.ts";

const FROM_MS = Date.UTC(2024, 2, 20, 12, 0, 30);
const TAPE = "data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz";
let emulator: Emulator;
let client: SigningClient;
/** Wall time of the server under test: stands still until a test moves it, so that no limit refills by itself. */
let wallMs = Date.UTC(2026, 10, 22);

beforeAll(async () => {
  const terms = { tapes: [TAPE], synthetic: ["KRW-XRP" as MarketCode], seed: 1, fromMs: epochMs(FROM_MS) };
  emulator = await startEmulator(terms, () => wallMs);
  client = createSigningClient(emulator.rest, emulator.accessKey, emulator.secretKey);
});
afterAll(() => emulator.close());

type Row = Record<string, never>;
async function get(path: string, headers: Record<string, string> = {}) {
  wallMs += 1_000;
  const answer = await fetch(`${emulator.rest}/v1/${path}`, { headers });
  return { status: answer.status, body: (await answer.json()) as Row[], headers: answer.headers };
}
async function call(method: "GET" | "POST" | "DELETE", path: string, parameters?: Record<string, string>) {
  wallMs += 1_000;
  return client.call(method, `/v1/${path}`, parameters);
}
const errorOf = (reply: { status: number; body: unknown }) => [
  reply.status,
  (reply.body as { error: { name: string | number } }).error.name,
];
const limitBid = (given: Record<string, string> = {}) => ({
  market: "KRW-BTC",
  side: "bid",
  ord_type: "limit",
  price: "50000000",
  volume: "0.001",
  ...given,
});

describe("quotation", () => {
  it("lists the markets with both names [3.1]", async () => {
    const { body } = await get("market/all");
    expect(v.parse(v.array(UpbitMarketSchema), body).map(({ market }) => market)).toEqual(["KRW-BTC", "KRW-XRP"]);
    expect((await get("market/all?is_details=true")).body[0]).toHaveProperty(
      "market_event.caution.PRICE_FLUCTUATIONS",
      false,
    );
  });

  it("answers newest first with the running candle [3.2]", async () => {
    const { body } = await get("candles/minutes/1?market=KRW-BTC&count=3");
    const rows = v.parse(v.array(UpbitCandleSchema), body);
    const running = new Date(emulator.world.clock.now()).toISOString().slice(0, 17);
    expect(rows[0]!.candle_date_time_utc).toBe(`${running}00`);
    expect(rows.map((row) => row.candle_date_time_utc)).toEqual(
      rows
        .map((row) => row.candle_date_time_utc)
        .toSorted()
        .toReversed(),
    );
    expect(body[0]).toMatchObject({ unit: 1, market: "KRW-BTC" });
  });

  it("takes `to` as exclusive and without a zone as UTC [3.2]", async () => {
    const times = await Promise.all(
      ["2024-03-20T11:00:00Z", "2024-03-20 11:00:00", "2024-03-20T20:00:00+09:00"].map((to) =>
        get(`candles/minutes/60?market=KRW-BTC&to=${encodeURIComponent(to)}`),
      ),
    );
    expect(times.map(({ body }) => body[0]!["candle_date_time_utc"])).toEqual(Array(3).fill("2024-03-20T10:00:00"));
    expect(times[0]!.body[0]!["candle_date_time_kst"]).toBe("2024-03-20T19:00:00");
  });

  it("gives days their change against the day before [3.2]", async () => {
    const [today, yesterday] = (await get("candles/days?market=KRW-BTC&count=2")).body as unknown as Record<
      string,
      number
    >[];
    expect(today!["prev_closing_price"]).toBe(yesterday!["trade_price"]);
    expect(today!["change_price"]).toBe(today!["trade_price"]! - yesterday!["trade_price"]!);
  });

  it.each([
    ["candles/minutes/1?market=KRW-BTC&count=201", 400],
    ["candles/minutes/1?market=KRW-BTC&count=abc", 400],
    ["candles/minutes/1?market=KRW-BTC&to=2024-03-20T11:00:00", 400],
    ["candles/minutes/1", 400],
    ["candles/minutes/1?market=KRW-NONE", 404],
    ["ticker?markets=KRW-BTC,KRW-NONE", 404],
    ["candles/minutes/7?market=KRW-BTC", 400],
  ])("refuses %s with %d and an integer name [1.4]", async (path, status) => {
    expect(errorOf(await get(path))).toEqual([status, status]);
  });

  it("names the wire group and what is left, and refuses the eleventh request of a second [1.5]", async () => {
    const { headers } = await get("ticker?markets=KRW-BTC");
    expect(headers.get("Remaining-Req")).toBe("group=ticker; min=600; sec=9");
    wallMs += 1_000;
    const ask = () => fetch(`${emulator.rest}/v1/trades/ticks?market=KRW-BTC`);
    const answers = await Promise.all(Array.from({ length: 11 }, ask));
    expect(answers.map(({ status }) => status).filter((status) => status === 429)).toHaveLength(1);
    expect(answers[0]!.headers.get("Remaining-Req")).toMatch(/^group=crix-trades; min=600; sec=\d$/);
  });

  it("answers a page once in ten seconds and lets it read only that [1.6]", async () => {
    wallMs += 10_000;
    const page = { Origin: "http://127.0.0.1:8480" };
    const first = await get("ticker?markets=KRW-BTC", page);
    expect([first.status, first.headers.get("Access-Control-Allow-Origin")]).toEqual([200, "*"]);
    expect(first.headers.get("Remaining-Req")).toMatch(/^group=origin; /);
    const second = await get("market/all", page);
    expect([second.status, second.headers.get("Access-Control-Allow-Origin")]).toEqual([429, null]);
    expect((await get("market/all")).status).toBe(200);
  });

  it("answers ticker, order book, instruments and trades in their shapes [3.3, 3.4, 3.6, 3.7]", async () => {
    const [ticker] = (await get("ticker?markets=KRW-BTC")).body as unknown as Record<string, number>[];
    expect(ticker!["signed_change_price"]).toBe(ticker!["trade_price"]! - ticker!["prev_closing_price"]!);
    expect((await get("ticker/all?quote_currencies=KRW,BTC")).body).toHaveLength(2);
    const [book] = (await get("orderbook?markets=KRW-BTC&count=5")).body as unknown as {
      orderbook_units: Record<string, number>[];
    }[];
    expect(book!.orderbook_units).toHaveLength(5);
    expect(book!.orderbook_units[0]!["ask_price"]).toBeGreaterThan(book!.orderbook_units[0]!["bid_price"]!);
    expect((await get("orderbook?markets=KRW-BTC&level=7")).body).toEqual([]);
    expect((await get("orderbook/instruments?markets=KRW-BTC")).body[0]).toMatchObject({
      tick_size: "1000",
      supported_levels: ["0", "10000", "100000", "1000000", "10000000"],
    });
    const answer = await fetch(`${emulator.rest}/v1/trades/ticks?market=KRW-BTC&count=50`);
    const text = await answer.text();
    const ids = [...text.matchAll(/"sequential_id":(\d+)/g)].map(([, id]) => BigInt(id!));
    expect(ids).toHaveLength(50);
    expect(ids.every((id, at) => id > 2n ** 53n && (at === 0 || id < ids[at - 1]!))).toBe(true);
    const older = await get(`trades/ticks?market=KRW-BTC&count=1&cursor=${ids[9]}`);
    expect(older.body[0]!["timestamp"]).toBe(Number(ids[10]! / 10_000n));
  });
});

describe("authentication", () => {
  it.each([
    ["nothing", () => "", "no_authorization_token"],
    ["an unknown key", () => client.tokenFor("", { access_key: "x".repeat(40) }), "invalid_access_key"],
    ["a changed token", () => `${client.tokenFor("").slice(0, -4)}AAAA`, "jwt_verification"],
    ["a hash without parameters", () => client.tokenFor("market=KRW-BTC"), "invalid_query_payload"],
  ])("refuses %s [1.4, 2.3]", async (_, token, name) => {
    const text = token();
    const answer = text === "" ? await fetch(`${emulator.rest}/v1/accounts`) : null;
    const reply = answer
      ? { status: answer.status, body: await answer.json() }
      : await client.send("/v1/accounts", text);
    expect(errorOf(reply)).toEqual([401, name]);
  });

  it("refuses a nonce it has seen and parameters that were not hashed [2.2, 2.3]", async () => {
    const token = client.tokenFor("");
    expect((await client.send("/v1/accounts", token)).status).toBe(200);
    expect(errorOf(await client.send("/v1/accounts", token))).toEqual([401, "nonce_used"]);
    expect(errorOf(await client.send("/v1/orders/chance?market=KRW-BTC", client.tokenFor("")))).toEqual([
      401,
      "invalid_query_payload",
    ]);
  });

  it("tells the key's end and denies what it may not do [2.1, 4.14]", async () => {
    const keys = v.parse(v.array(UpbitApiKeySchema), (await call("GET", "api_keys")).body);
    expect(keys[0]!.access_key).toBe(emulator.accessKey);
    expect(keys[0]!.expire_at).toMatch(/^2025-03-20T.*\+09:00$/);
    expect(errorOf(await call("DELETE", "withdraws/coin", { uuid: randomUUID() }))).toEqual([403, "out_of_scope"]);
  });
});

describe("orders", () => {
  const balances = async () => {
    const rows = v.parse(v.array(UpbitAccountSchema), (await call("GET", "accounts")).body);
    return Object.fromEntries(rows.map((row) => [row.currency, row]));
  };
  const read = async (name: Record<string, string>) =>
    v.parse(UpbitOrderSchema, (await call("GET", "order", name)).body);

  it("begin with fifty million won, half a bitcoin and a chance to trade [4.1, 4.2]", async () => {
    expect(await balances()).toMatchObject({ KRW: { balance: "50000000" }, BTC: { balance: "0.5", locked: "0" } });
    const chance = v.parse(UpbitChanceSchema, (await call("GET", "orders/chance", { market: "KRW-BTC" })).body);
    expect(chance).toMatchObject({
      bid_fee: "0.0005",
      market: { bid: { min_total: "5000" }, max_total: "1000000000" },
    });
  });

  it("answer wait, fill a market buy at the book and end it in cancel with the residue returned [4.3, 4.6, 7]", async () => {
    const before = await balances();
    const placed = await call("POST", "orders", {
      market: "KRW-BTC",
      side: "bid",
      ord_type: "price",
      price: "1000000",
      identifier: "buy-1",
    });
    expect(placed.status).toBe(201);
    expect(v.parse(UpbitOrderSchema, placed.body)).toMatchObject({ state: "wait", executed_volume: "0", volume: null });
    const order = await read({ identifier: "buy-1" });
    expect(order.state).toBe("cancel");
    expect(order.trades!.length).toBe(order.trades_count);
    const funds = order.trades!.reduce((sum, trade) => sum + Number(trade.funds), 0);
    expect(funds).toBeLessThanOrEqual(1_000_000);
    const after = await balances();
    expect(Number(after["KRW"]!.balance)).toBeCloseTo(
      Number(before["KRW"]!.balance) - funds - Number(order.paid_fee),
      6,
    );
    expect(Number(after["BTC"]!.balance)).toBeCloseTo(0.5 + Number(order.executed_volume), 8);
    expect(after["KRW"]!.locked).toBe("0");
  });

  it("end a market sale in done [4.4, 7]", async () => {
    await call("POST", "orders", {
      market: "KRW-BTC",
      side: "ask",
      ord_type: "market",
      volume: "0.01",
      identifier: "sell-1",
    });
    expect(await read({ identifier: "sell-1" })).toMatchObject({ state: "done", executed_volume: "0.01", price: null });
  });

  it("rest, show in the book and in the open list, and give the money back when cancelled [4.8, 4.10]", async () => {
    const before = await balances();
    const placed = v.parse(UpbitOrderSchema, (await call("POST", "orders", limitBid())).body);
    expect(placed).toMatchObject({ state: "wait", locked: "50025", remaining_volume: "0.001" });
    expect((await balances())["KRW"]!.locked).toBe("50025");
    const open = (await call("GET", "orders/open", { market: "KRW-BTC" })).body as {
      uuid: string;
      executed_funds: string;
    }[];
    expect(open.map(({ uuid }) => uuid)).toEqual([placed.uuid]);
    expect(open[0]!.executed_funds).toBe("0");
    const cancelled = await call("DELETE", "order", { uuid: placed.uuid });
    expect([cancelled.status, (cancelled.body as { state: string }).state]).toEqual([200, "wait"]);
    expect(await read({ uuid: placed.uuid })).toMatchObject({ state: "cancel" });
    expect(await balances()).toEqual(before);
    expect(errorOf(await call("DELETE", "order", { uuid: placed.uuid }))).toEqual([404, "order_not_found"]);
  });

  it("fill a resting order when the tape comes to its price [4.4]", async () => {
    const { bid } = await topOf();
    const price = String(bid - 20_000);
    await call("POST", "orders", limitBid({ price, volume: "0.0005", identifier: "rest-1" }));
    expect((await read({ identifier: "rest-1" })).state).toBe("wait");
    emulator.world.clock.advance(6 * 3_600_000);
    const order = await read({ identifier: "rest-1" });
    expect([order.state, order.trades![0]!.price]).toEqual(["done", price]);
  });

  it("refuse a body on DELETE and the thirteenth order of a burst [1.2, 1.5]", async () => {
    const headers = { Authorization: `Bearer ${client.tokenFor("uuid=x")}` };
    const answer = await fetch(`${emulator.rest}/v1/order?uuid=x`, { method: "DELETE", body: "{}", headers });
    expect(errorOf({ status: answer.status, body: await answer.json() })).toEqual([
      400,
      "QUERY_PARAMETER_NOT_SUPPORTED",
    ]);
    wallMs += 1_000;
    const burst = await Promise.all(
      Array.from({ length: 13 }, () => client.call("POST", "/v1/orders", limitBid({ side: "x" }))),
    );
    expect(burst.filter(({ status }) => status === 429)).toHaveLength(1);
    expect(burst[0]!.headers.get("Remaining-Req")).toMatch(/^group=order; min=720; sec=\d+$/);
  });

  async function topOf() {
    const [book] = (await get("orderbook?markets=KRW-BTC&count=1")).body as unknown as {
      orderbook_units: { bid_price: number }[];
    }[];
    return { bid: book!.orderbook_units[0]!.bid_price };
  }
});

describe("the clock", () => {
  it("is a line through market and wall time, and cannot be moved where it is told", async () => {
    const clock = (await (await fetch(`${emulator.rest}/emulator/clock`)).json()) as {
      marketMs: number;
      wallMs: number;
      speed: number;
    };
    expect(clock.marketMs + (wallMs - clock.wallMs) * clock.speed).toBe(emulator.world.clock.now());
    const refused = await fetch(`${emulator.rest}/emulator/clock`, { method: "POST", body: '{"advanceMs":1}' });
    expect(refused.status).toBe(404);
  });
});
