import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { fail, ok } from "../../domain/result.ts";
import { kstDayOf, kstDayStart, parseKstDay } from "../../domain/time.ts";
import { DAY_MS, epochMs, MINUTE_MS, type EpochMs } from "../../domain/units.ts";
import { readBackfill, wishBackfill } from "../store/backfill-store.ts";
import { readDay, storedDays } from "../store/candle-store.ts";
import { coverageOfDay } from "../store/coverage-store.ts";
import { openDatabase, type ObservatorDatabase } from "../store/database.ts";
import { fillHistory, type BackfillPorts } from "./backfill.ts";
import { keepFollowed } from "./keep-followed.ts";
import { MarketCollector } from "./market-collector.ts";

const MARKET = "KRW-BTC" as MarketCode;
const TODAY = kstDayStart(epochMs(Date.UTC(2024, 0, 10)));
const dayBack = (days: number): string => kstDayOf(epochMs(TODAY - days * DAY_MS));
const never = new AbortController().signal;
const flat = { open: 1, high: 1, low: 1, close: 1, volume: 1, value: 1 };

let db: ObservatorDatabase;
let names = 0;
let nowMs: EpochMs;
let wallMs: number;
let asked: string[];
let ports: BackfillPorts;

beforeEach(() => {
  db = openDatabase(`wishes-test-${names++}`);
  nowMs = epochMs(TODAY + 30 * MINUTE_MS);
  [wallMs, asked] = [0, []];
  ports = {
    db,
    relay: {
      candleDay: (market, kstDay) => {
        asked.push(kstDay);
        wallMs += 2_000;
        const start = parseKstDay(kstDay);
        const times = start.ok ? [0, 1, 2].map((minute) => epochMs(start.value + minute * MINUTE_MS)) : [];
        const complete = nowMs >= times[0]! + DAY_MS + MINUTE_MS;
        const one = [1, 1, 1];
        const prices = { open: one, high: one, low: one, close: one, volume: one, value: one };
        return Promise.resolve(ok({ market, intervalMs: 60_000, kstDay, complete, openTimeMs: times, ...prices }));
      },
    },
    exchangeDay: () => Promise.resolve(fail<Fault>({ type: "offline", kind: "retry", detail: "" })),
    marketNow: () => nowMs,
    wallNow: () => epochMs(wallMs),
    sleep: () => Promise.resolve(),
  };
});
afterEach(() => db.delete());

const collector = (days: number): MarketCollector =>
  new MarketCollector(MARKET, days, { ...ports, exchangeNow: () => nowMs, speed: () => 1 }, () => {});
async function turns(collecting: MarketCollector): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) {
    collecting.tick(nowMs);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe("fetching history", () => {
  it("tells its rate, what is left at it, and where the pages came from [C5]", async () => {
    await fillHistory(ports, MARKET, 5, never);
    expect(await readBackfill(db, MARKET)).toMatchObject({ daysPerMinute: 30, etaMs: 0, via: "relay", state: "done" });
    await fillHistory({ ...ports, relay: { candleDay: stopAfter(2) } }, MARKET, 10, never);
    // Seven of ten days are there: three more at two seconds each.
    expect(await readBackfill(db, MARKET)).toMatchObject({ daysDone: 7, daysWanted: 10, etaMs: 6_000 });
  });

  it("stops before the next page when the user says so, also after a reload, and goes on when told to [C5]", async () => {
    await fillHistory(ports, MARKET, 2, never);
    await wishBackfill(db, MARKET, true);
    const collecting = collector(4);
    await collecting.start();
    await turns(collecting);
    expect(await storedDays(db, MARKET)).toHaveLength(2);
    expect(await readBackfill(db, MARKET)).toMatchObject({ state: "stopped", fault: null, stopRequested: true });
    await wishBackfill(db, MARKET, false);
    collecting.resumeHistory();
    await turns(collecting);
    expect(await storedDays(db, MARKET)).toHaveLength(4);
    expect(await readBackfill(db, MARKET)).toMatchObject({ state: "done", stopRequested: false });
    collecting.stop();
  });

  it("seals a followed day whose 00:05 passed while the app was closed, however long ago and whatever was stopped [C23]", async () => {
    for (const days of [1, 9]) {
      const openTimeMs = epochMs(TODAY - days * DAY_MS + MINUTE_MS);
      await keepFollowed(ports, MARKET, { candle: { openTimeMs, ...flat, close: 1 }, fromMs: openTimeMs });
    }
    await fillHistory(ports, MARKET, 0, never);
    await wishBackfill(db, MARKET, true);
    expect(await storedDays(db, MARKET)).toEqual([dayBack(9), dayBack(1)]);
    // The app is closed over three more days, one of which it had begun to follow.
    const openTimeMs = epochMs(TODAY + 10 * MINUTE_MS);
    await keepFollowed(ports, MARKET, { candle: { openTimeMs, ...flat }, fromMs: openTimeMs });
    nowMs = epochMs(TODAY + 3 * DAY_MS + 5 * MINUTE_MS);
    const collecting = collector(2);
    await collecting.start();
    await turns(collecting);
    collecting.stop();
    expect(await storedDays(db, MARKET)).toEqual([dayBack(9), dayBack(1), dayBack(0)]);
    expect((await coverageOfDay(db, MARKET, dayBack(0)))?.seal).toMatchObject({ rowCount: 3, source: "relay" });
    expect((await readDay(db, MARKET, dayBack(0))).whole).toBe(true);
  });
});

/** The same relay, which refuses after so many pages. */
function stopAfter(pages: number): BackfillPorts["relay"]["candleDay"] {
  let given = 0;
  return (...asking) => {
    given += 1;
    if (given <= pages) return ports.relay.candleDay(...asking);
    return Promise.resolve(fail<Fault>({ type: "not-found", kind: "refuse", detail: "" }));
  };
}
