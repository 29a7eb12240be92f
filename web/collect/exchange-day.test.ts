import { describe, expect, it } from "vitest";
import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { fail, ok } from "../../domain/result.ts";
import { exchangeUtc, kstDayStart, parseInstant } from "../../domain/time.ts";
import { DAY_MS, epochMs, MINUTE_MS } from "../../domain/units.ts";
import { fetchPage, type DayPage } from "./day-page.ts";
import { exchangeDay, type ExchangeDayPorts } from "./exchange-day.ts";
import { OriginGate } from "./origin-gate.ts";

const MARKET = "KRW-BTC" as MarketCode;
const asked = { market: MARKET, kstDay: "2024-01-10" };
const START = kstDayStart(epochMs(Date.UTC(2024, 0, 10)));
const never = new AbortController().signal;

/** An exchange that has every minute but each seventh, newest first and at most 200 a page, as upbit-api 3.2. */
function minutesBefore(url: string): unknown[] {
  const query = new URL(url).searchParams;
  const to = parseInstant(query.get("to")!);
  if (!to.ok) throw new Error(url);
  const rows: unknown[] = [];
  for (let time = to.value - MINUTE_MS; rows.length < Number(query.get("count")); time -= MINUTE_MS)
    if ((time / MINUTE_MS) % 7 !== 0)
      rows.push({
        market: MARKET,
        candle_date_time_utc: exchangeUtc(epochMs(time)),
        opening_price: 1,
        high_price: 1,
        low_price: 1,
        trade_price: 1,
        timestamp: time,
        candle_acc_trade_price: 1,
        candle_acc_trade_volume: 1,
      });
  return rows;
}

function world(nowMs: number) {
  let wallMs = 1_000_000;
  const askedAtMs: number[] = [];
  const gate = new OriginGate({ wallNow: () => epochMs(wallMs), keep: () => {} }, null);
  const ports: ExchangeDayPorts = {
    exchangeUrl: "https://exchange",
    fetch: (url) => {
      askedAtMs.push(wallMs);
      return Promise.resolve(Response.json(minutesBefore(url)));
    },
    reserveTurn: () => gate.reserve(),
    sleep: (ms) => {
      wallMs += ms;
      return Promise.resolve();
    },
    marketNow: () => epochMs(nowMs),
  };
  return { ports, askedAtMs };
}

describe("a day straight from the exchange", () => {
  it("is whole, in order and asked for once in ten seconds (1.6, 3.2) [C25]", async () => {
    const { ports, askedAtMs } = world(START + 3 * DAY_MS);
    const page = await exchangeDay(ports, asked, never);
    const times = page?.ok ? page.value.candles.map((candle) => candle.openTimeMs) : [];
    const all = Array.from({ length: 1_440 }, (_, minute) => START + minute * MINUTE_MS);
    expect(times).toEqual(all.filter((time) => (time / MINUTE_MS) % 7 !== 0));
    expect(page).toMatchObject({ ok: true, value: { complete: true, source: "exchange" } });
    expect(askedAtMs).toHaveLength(7);
    const steps = askedAtMs.slice(1).map((ms, at) => ms - askedAtMs[at]!);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(10_000);
  });

  it("that is still open ends before the running minute and is not complete [C25]", async () => {
    const { ports } = world(START + 100 * MINUTE_MS + 30_000);
    const page = await exchangeDay(ports, asked, never);
    expect(page).toMatchObject({ ok: true, value: { complete: false } });
    expect(page?.ok && page.value.candles.at(-1)!.openTimeMs).toBeLessThan(START + 100 * MINUTE_MS);
  });

  it("is retried when the answer is lost, refused by the limit or unreadable, and ends when called off [C25]", async () => {
    const { ports } = world(START + 3 * DAY_MS);
    const answers = [
      () => Promise.reject(new TypeError("x")),
      () => Promise.resolve(new Response("slow down", { status: 429 })),
      () => Promise.resolve(Response.json([{}])),
    ];
    for (const answer of answers)
      expect(await exchangeDay({ ...ports, fetch: answer }, asked, never)).toMatchObject({ fault: { kind: "retry" } });
    const off = new AbortController();
    off.abort();
    expect(await exchangeDay(ports, asked, off.signal)).toBeNull();
  });

  it("is asked for only after the relay was silent three times, and the relay again for the next [C25]", async () => {
    const tried: string[] = [];
    const direct: DayPage = { complete: true, candles: [], source: "exchange" };
    const ports = {
      relay: {
        candleDay: () => {
          tried.push("relay");
          return Promise.resolve(fail<Fault>({ type: "offline", kind: "retry", detail: "" }));
        },
      },
      exchangeDay: () => {
        tried.push("exchange");
        return Promise.resolve(ok(direct));
      },
      sleep: () => Promise.resolve(),
    };
    expect(await fetchPage(ports, asked, never)).toEqual(ok(direct));
    expect(await fetchPage(ports, asked, never)).toEqual(ok(direct));
    expect(tried).toEqual(["relay", "relay", "relay", "exchange", "relay", "relay", "relay", "exchange"]);
  });
});
