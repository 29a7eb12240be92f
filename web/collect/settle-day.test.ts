import "fake-indexeddb/auto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { columnsOf, type Candle } from "../../domain/candle.ts";
import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { fail, ok } from "../../domain/result.ts";
import { kstDayOf } from "../../domain/time.ts";
import { epochMs, HOUR_MS, MINUTE_MS } from "../../domain/units.ts";
import { readDay, storeDay } from "../store/candle-store.ts";
import { coverageOfDay, kstDaySpan } from "../store/coverage-store.ts";
import { openDatabase, type ObservatorDatabase } from "../store/database.ts";
import { readRepair, requestRepair } from "../store/repair-store.ts";
import type { BackfillPorts } from "./backfill.ts";
import type { AskedDay, DayPage } from "./day-page.ts";
import { keepFollowed } from "./keep-followed.ts";
import { doubtfulDays, repairMarket } from "./repair.ts";
import { contentHashOf, settleDay } from "./settle-day.ts";

const BTC = "KRW-BTC" as MarketCode;
const ETH = "KRW-ETH" as MarketCode;

/** The recorded quarter by KST day. */
const recorded = Map.groupBy(recordedCandles(), (candle) => kstDayOf(candle.openTimeMs));
function recordedCandles(): Candle[] {
  const text = gunzipSync(readFileSync("data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz")).toString("utf8");
  const rows = text.trim().split("\n").slice(1, 45_000);
  return rows.map((row) => {
    const [, time, open, high, low, close, , volume] = row.split(",");
    return {
      openTimeMs: epochMs(Date.parse(`${time}Z`)),
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
      // The recorder kept no value; a page always has one.
      value: Math.round(Number(close) * Number(volume) * 1e5) / 1e5,
    };
  });
}

let db: ObservatorDatabase;
let names = 0;
let pages: Map<string, readonly Candle[]>;
let ports: BackfillPorts;
const never = new AbortController().signal;
const page = (candles: readonly Candle[], complete = true): DayPage => ({ complete, candles, source: "relay" });

beforeEach(() => {
  db = openDatabase(`settle-test-${names++}`);
  pages = new Map();
  ports = {
    db,
    relay: {
      candleDay: (market, kstDay) => {
        const candles = pages.get(kstDay);
        if (candles === undefined)
          return Promise.resolve(fail<Fault>({ type: "not-found", kind: "refuse", detail: "" }));
        const { openTimeMs, ...prices } = columnsOf(candles);
        const columns = Object.fromEntries(Object.entries(prices).map(([name, column]) => [name, [...column]]));
        const times = [...openTimeMs].map(epochMs);
        const head = { market, intervalMs: 60_000 as const, kstDay, complete: true, openTimeMs: times };
        return Promise.resolve(ok({ ...head, ...(columns as Record<keyof typeof prices, number[]>) }));
      },
    },
    exchangeDay: () => Promise.resolve(fail<Fault>({ type: "offline", kind: "retry", detail: "" })),
    marketNow: () => epochMs(Date.UTC(2024, 5, 1)),
    wallNow: () => epochMs(7),
    sleep: () => Promise.resolve(),
  };
});
afterEach(() => db.delete());

const settle = (asked: AskedDay, candles: readonly Candle[], complete = true) =>
  settleDay(ports, asked, page(candles, complete));

describe("a finished day", () => {
  it("is sealed with the hash of its content, and a later page cannot change it [C6] [C23]", async () => {
    const asked = { market: BTC, kstDay: "2024-01-10" };
    const day = recorded.get(asked.kstDay)!;
    await settle(asked, day);
    const sealed = await coverageOfDay(db, BTC, asked.kstDay);
    expect(sealed?.seal).toEqual({
      sealedAtMs: 7,
      contentHash: await contentHashOf(columnsOf(day)),
      rowCount: day.length,
      source: "relay",
    });
    expect(sealed?.seal?.contentHash).toMatch(/^[0-9a-f]{64}$/);
    await settle(asked, [{ ...day[0]!, high: day[0]!.high + 1_000 }, ...day.slice(1)]);
    expect((await readDay(db, BTC, asked.kstDay)).columns).toEqual(columnsOf(day));
    expect(await coverageOfDay(db, BTC, asked.kstDay)).toEqual(sealed);
  });

  it("ends as the exchange's: what was followed otherwise is replaced, what was missed is brought, both counted [C23]", async () => {
    const asked = { market: BTC, kstDay: "2024-01-10" };
    const day = recorded.get(asked.kstDay)!;
    const start = kstDaySpan(asked.kstDay).fromMs;
    // Listened for the first hour: minute 7 never came, minute 9 was closed before its last trade.
    const followed = day.filter((candle) => candle.openTimeMs < start + HOUR_MS);
    for (const [at, candle] of followed.entries()) {
      const taken = at === 9 ? { ...candle, volume: candle.volume / 2 } : candle;
      if (at !== 7) await keepFollowed(ports, BTC, { candle: taken, fromMs: start });
    }
    expect((await coverageOfDay(db, BTC, asked.kstDay))?.holes).toContainEqual({
      fromMs: followed[7]!.openTimeMs,
      toMs: followed[7]!.openTimeMs + MINUTE_MS,
      kind: "unknown",
    });
    await settle(asked, day);
    expect((await readDay(db, BTC, asked.kstDay)).columns).toEqual(columnsOf(day));
    // The other twenty-three hours were not listened to: nothing of them was dropped.
    expect(await coverageOfDay(db, BTC, asked.kstDay)).toMatchObject({ dropped: 1, corrected: 1, rows: day.length });
  });

  it("with an outage of the exchange says so once a second market was silent too [C22]", async () => {
    const kstDay = "2024-01-01";
    const day = recorded.get(kstDay)!;
    const outage = { fromMs: Date.UTC(2023, 11, 31, 17), toMs: Date.UTC(2023, 11, 31, 21, 4) };
    await settle({ market: BTC, kstDay }, day);
    const long = async (market: MarketCode) =>
      (await coverageOfDay(db, market, kstDay))!.holes.filter((hole) => hole.toMs - hole.fromMs >= 5 * MINUTE_MS);
    expect(await long(BTC)).toEqual([{ ...outage, kind: "unknown" }]);
    await settle(
      { market: ETH, kstDay },
      day.filter((_, at) => at % 50 !== 0),
    );
    expect(await long(BTC)).toEqual([{ ...outage, kind: "outage" }]);
    expect(await long(ETH)).toEqual([{ ...outage, kind: "outage" }]);
    const short = (await coverageOfDay(db, ETH, kstDay))!.holes.filter((hole) => hole.kind === "silent");
    expect(short.length).toBeGreaterThan(15);
  });

  it("of 2024-01-29 keeps its outage of 53 minutes apart from its silent ones [C22]", async () => {
    const kstDay = "2024-01-29";
    for (const market of [BTC, ETH]) await settle({ market, kstDay }, recorded.get(kstDay)!);
    const outages = (await coverageOfDay(db, BTC, kstDay))!.holes.filter((hole) => hole.kind === "outage");
    expect(outages).toEqual([
      { fromMs: Date.UTC(2024, 0, 28, 15, 1), toMs: Date.UTC(2024, 0, 28, 15, 54), kind: "outage" },
    ]);
  });

  it("that is still open is confirmed as far as its page goes, and not sealed [C21] [C23]", async () => {
    const asked = { market: BTC, kstDay: "2024-01-10" };
    const half = recorded.get(asked.kstDay)!.slice(0, 700);
    await settle(asked, half, false);
    const row = await coverageOfDay(db, BTC, asked.kstDay);
    expect(row).toMatchObject({ seal: null, confirmedToMs: half.at(-1)!.openTimeMs + MINUTE_MS, rows: 700 });
    expect((await readDay(db, BTC, asked.kstDay)).whole).toBe(false);
  });
});

describe("a repair", () => {
  it("brings back every 200th row that a recorder dropped, exactly and counted, and leaves sealed days alone [C24]", async () => {
    const days = ["2024-01-10", "2024-01-11", "2024-01-12"];
    let row = 0;
    let lost = 0;
    for (const kstDay of days) {
      const whole = recorded.get(kstDay)!;
      pages.set(kstDay, whole);
      const kept = whole.filter(() => (row += 1) % 200 !== 0);
      lost += whole.length - kept.length;
      await storeDay(db, { market: BTC, kstDay, columns: columnsOf(kept) }, epochMs(1));
    }
    expect(lost).toBeGreaterThan(20);
    expect(await doubtfulDays(db, BTC)).toEqual(days);
    await requestRepair(db, BTC, epochMs(2));
    await repairMarket(ports, BTC, never);
    expect(await readRepair(db, BTC)).toMatchObject({
      state: "done",
      daysDone: 3,
      filled: lost,
      corrected: 0,
      fault: null,
    });
    let dropped = 0;
    for (const kstDay of days) {
      expect((await readDay(db, BTC, kstDay)).columns).toEqual(columnsOf(recorded.get(kstDay)!));
      dropped += (await coverageOfDay(db, BTC, kstDay))!.dropped;
    }
    expect(dropped).toBe(lost);
    expect(await doubtfulDays(db, BTC)).toEqual([]);
  });

  it("stops at a refusal, says which, and has kept the days before it [C24]", async () => {
    for (const kstDay of ["2024-01-10", "2024-01-11"])
      await storeDay(db, { market: BTC, kstDay, columns: columnsOf(recorded.get(kstDay)!.slice(0, 3)) }, epochMs(1));
    pages.set("2024-01-10", recorded.get("2024-01-10")!);
    await repairMarket(ports, BTC, never);
    expect(await readRepair(db, BTC)).toMatchObject({ state: "stopped", daysDone: 1, fault: "not-found" });
    expect(await doubtfulDays(db, BTC)).toEqual(["2024-01-11"]);
  });
});
