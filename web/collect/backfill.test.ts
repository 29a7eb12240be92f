import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Candle } from "../../domain/candle.ts";
import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import type { UpbitCandleFrame } from "../../domain/upbit-frame.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { exchangeUtc, kstDayOf, kstDayStart, parseKstDay } from "../../domain/time.ts";
import { DAY_MS, epochMs, MINUTE_MS, SECOND_MS, type EpochMs } from "../../domain/units.ts";
import type { CandlePage } from "../../domain/wire.ts";
import { readBackfill } from "../store/backfill-store.ts";
import { putTail, readCandles, readDay, storedDays, writeRetention } from "../store/candle-store.ts";
import { readCoverage } from "../store/coverage-store.ts";
import { openDatabase, type ObservatorDatabase } from "../store/database.ts";
import { fillHistory, fillOpenDay } from "./backfill.ts";
import { candlesOfPage } from "./day-page.ts";
import { MarketCollector, type CollectorPorts } from "./market-collector.ts";

const MARKET = "KRW-BTC" as MarketCode;
const TODAY = kstDayStart(epochMs(Date.UTC(2024, 0, 10)));
/** Minutes of each played day: few, so that the tests are quick. */
const MINUTES = 10;

/** A relay that knows `MINUTES` minutes of each day, up to the running one; the price of a minute is its number. */
function pageOf(kstDay: string, nowMs: EpochMs, close = 1): CandlePage {
  const start = parseKstDay(kstDay);
  if (!start.ok) throw new Error(kstDay);
  const times = Array.from({ length: MINUTES }, (_, minute) => epochMs(start.value + minute * MINUTE_MS)).filter(
    (time) => time + MINUTE_MS <= nowMs,
  );
  const column = times.map(() => close);
  return {
    market: MARKET,
    intervalMs: 60_000,
    kstDay,
    complete: nowMs >= start.value + DAY_MS + MINUTE_MS,
    openTimeMs: times,
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
    value: column,
  };
}

let db: ObservatorDatabase;
let names = 0;
let nowMs: EpochMs;
let wallMs: number;
let asked: string[];
let answers: Result<CandlePage, Fault>[];
let slept: number[];
let ports: CollectorPorts;
const offline = (): Result<never, Fault> => fail({ type: "offline", kind: "retry", detail: "x" });

beforeEach(() => {
  db = openDatabase(`collect-test-${names++}`);
  nowMs = epochMs(TODAY + 3 * MINUTE_MS + 30 * SECOND_MS);
  wallMs = 1_000_000;
  asked = [];
  answers = [];
  slept = [];
  ports = {
    db,
    relay: {
      candleDay: (_market, kstDay) => {
        asked.push(kstDay);
        return Promise.resolve(answers.shift() ?? ok(pageOf(kstDay, nowMs)));
      },
    },
    exchangeDay: () => Promise.resolve(offline()),
    marketNow: () => nowMs,
    exchangeNow: () => nowMs,
    wallNow: () => epochMs(wallMs),
    speed: () => 1,
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
  };
});
afterEach(() => db.delete());

const never = new AbortController().signal;
const dayBack = (days: number): string => kstDayOf(epochMs(TODAY - days * DAY_MS));

describe("history", () => {
  it("comes newest first, skips what is stored, and a second run asks for nothing [C5]", async () => {
    await fillHistory(ports, MARKET, 2, never);
    expect(asked).toEqual([dayBack(1), dayBack(2)]);
    await fillHistory(ports, MARKET, 3, never);
    expect(asked).toEqual([dayBack(1), dayBack(2), dayBack(3)]);
    expect(await storedDays(db, MARKET)).toEqual([dayBack(3), dayBack(2), dayBack(1)]);
    expect(await readBackfill(db, MARKET)).toMatchObject({ state: "done", daysDone: 3, daysWanted: 3, fault: null });
  });

  it("waits longer after each failure, at least as long as asked, and goes on [C5]", async () => {
    answers = [offline(), offline(), fail({ type: "exchange-busy", kind: "retry", detail: "x", retryAfterMs: 9_000 })];
    await fillHistory(ports, MARKET, 1, never);
    expect(slept).toEqual([1_000, 2_000, 9_000]);
    expect(await storedDays(db, MARKET)).toEqual([dayBack(1)]);
  });

  it("reaches no further back than the retention, and what is older goes first [C19]", async () => {
    await fillHistory(ports, MARKET, 3, never);
    await writeRetention(db, MARKET, 2);
    asked.length = 0;
    await fillHistory(ports, MARKET, 4, never);
    expect(asked).toEqual([]);
    expect(await storedDays(db, MARKET)).toEqual([dayBack(2), dayBack(1)]);
    expect((await readCoverage(db, MARKET)).map(({ kstDay }) => kstDay)).toEqual([dayBack(2), dayBack(1)]);
  });

  it("stops at a refusal and says which", async () => {
    answers = [ok(pageOf(dayBack(1), nowMs)), fail({ type: "not-found", kind: "refuse", detail: "x" })];
    await fillHistory(ports, MARKET, 3, never);
    expect(await readBackfill(db, MARKET)).toMatchObject({ state: "stopped", daysDone: 1, fault: "not-found" });
  });

  it("keeps a day that is not complete yet in the tail [C5]", async () => {
    nowMs = epochMs(TODAY + 30 * SECOND_MS);
    await fillHistory(ports, MARKET, 1, never);
    expect(await storedDays(db, MARKET)).toEqual([]);
    expect((await readCandles(db, MARKET)).openTimeMs).toHaveLength(MINUTES);
    expect((await readBackfill(db, MARKET))?.state).toBe("waiting");
  });

  it("takes no page of another day, none out of order, and no broken candle [C2] [C5]", () => {
    const page = pageOf(dayBack(1), nowMs);
    const told = { market: MARKET, kstDay: dayBack(1) };
    expect(candlesOfPage(page, { ...told, kstDay: dayBack(2) }).ok).toBe(false);
    expect(candlesOfPage({ ...page, openTimeMs: page.openTimeMs.toReversed() }, told).ok).toBe(false);
    const broken = candlesOfPage({ ...page, low: page.low.map((low, row) => (row === 4 ? low + 1 : low)) }, told);
    expect(broken.ok && broken.value).toHaveLength(MINUTES - 1);
  });
});

describe("the open day", () => {
  it("merges its page into the tail: the page's word counts [C5]", async () => {
    const flat = { open: 9, high: 9, low: 9, close: 9, volume: 9, value: 9 };
    const followed = (minute: number): Candle =>
      Object.assign({ openTimeMs: epochMs(TODAY + minute * MINUTE_MS) }, flat);
    await putTail(db, MARKET, [followed(1), followed(3)]);
    expect(await fillOpenDay(ports, MARKET, never)).toMatchObject({ value: { openTimeMs: TODAY + 2 * MINUTE_MS } });
    expect([...(await readCandles(db, MARKET)).close]).toEqual([1, 1, 1, 9]);
  });
});

describe("a collector", () => {
  const frameAt = (minute: number, close = 5): UpbitCandleFrame => ({
    type: "candle.1m",
    code: MARKET,
    candle_date_time_utc: exchangeUtc(epochMs(TODAY + minute * MINUTE_MS)),
    opening_price: close,
    high_price: close,
    low_price: close,
    trade_price: close,
    candle_acc_trade_volume: 1,
    candle_acc_trade_price: close,
    timestamp: 0,
    stream_type: "REALTIME",
  });
  const turns = async (collector: MarketCollector): Promise<void> => {
    for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    await collector.settled();
  };
  let told: number[];
  const collect = async (days = 1): Promise<MarketCollector> => {
    told = [];
    const collector = new MarketCollector(MARKET, days, ports, (candle) =>
      told.push((candle.openTimeMs - TODAY) / MINUTE_MS),
    );
    await collector.start();
    collector.tick(nowMs);
    await turns(collector);
    collector.tick(nowMs);
    await turns(collector);
    return collector;
  };

  it("asks for today first, then for history, and tells each closed candle once it is stored [C4] [C5]", async () => {
    const collector = await collect();
    expect(asked).toEqual([dayBack(0), dayBack(1)]);
    collector.takeFrame(frameAt(2, 99));
    collector.takeFrame(frameAt(3));
    nowMs = epochMs(TODAY + 4 * MINUTE_MS + 2 * SECOND_MS);
    collector.tick(nowMs);
    collector.takeFrame(frameAt(4));
    collector.takeFrame(frameAt(5));
    await turns(collector);
    expect(told).toEqual([2, 3, 4]);
    expect([...(await readCandles(db, MARKET, { last: 3 })).close]).toEqual([1, 5, 5]);
  });

  it("says why nothing comes while not even today can be had [C5]", async () => {
    const seen: unknown[] = [];
    ports = {
      ...ports,
      sleep: async () => {
        const row = await readBackfill(db, MARKET);
        seen.push(row && [row.state, row.fault, row.daysDone, row.daysWanted]);
      },
    };
    answers = [fail({ type: "exchange-busy", kind: "retry", detail: "x" })];
    await collect(2);
    expect(seen).toEqual([["waiting", "exchange-busy", 0, 2]]);
    expect(await readBackfill(db, MARKET)).toMatchObject({ state: "done", fault: null });
  });

  it("reads the open day again after the link broke, and tells the newest candle [C4] [C5]", async () => {
    const collector = await collect();
    collector.takeFrame(frameAt(3));
    collector.linkLost();
    nowMs = epochMs(TODAY + 7 * MINUTE_MS);
    collector.tick(nowMs);
    wallMs += 10_000;
    collector.tick(nowMs);
    await turns(collector);
    expect(asked.filter((day) => day === dayBack(0))).toHaveLength(2);
    expect(told).toEqual([2, 6]);
    expect((await readCandles(db, MARKET, { last: 7 })).openTimeMs).toHaveLength(7);
  });

  it("puts the finished day away at 00:05 KST and empties its tail [C5] [C6]", async () => {
    nowMs = epochMs(TODAY + 6 * MINUTE_MS);
    const collector = await collect();
    const today = () => readDay(db, MARKET, dayBack(0));
    expect((await today()).whole).toBe(false);
    expect((await today()).columns.openTimeMs).toHaveLength(6);
    nowMs = epochMs(TODAY + DAY_MS + 4 * MINUTE_MS);
    collector.tick(nowMs);
    await turns(collector);
    expect(await storedDays(db, MARKET)).toEqual([dayBack(1)]);
    nowMs = epochMs(TODAY + DAY_MS + 5 * MINUTE_MS);
    collector.tick(nowMs);
    await turns(collector);
    expect(await storedDays(db, MARKET)).toEqual([dayBack(1), dayBack(0)]);
    expect((await today()).whole).toBe(true);
  });
});
