import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { columnsOf, type Candle } from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { kstDayOf, kstDayStart } from "../../domain/time.ts";
import { bps, DAY_MS, epochMs, MINUTE_MS, type EpochMs, type Notional, type Quantity } from "../../domain/units.ts";
import type { Order } from "../../domain/wire.ts";
import { beatAutoSession, readAutoSession, startAutoSession, stopAutoSession } from "./auto-session-store.ts";
import { candleCoverage, putTail, readCandles, storeDay, storedDays } from "./candle-store.ts";
import { openDatabase, type ObservatorDatabase } from "./database.ts";
import { addDecision, openDecisions, ordersToday, readDecisions, settleDecision } from "./decision-log.ts";
import { DEFAULT_SETTINGS, readSettings, writeSetting } from "./setting-store.ts";
import type { DecisionRow } from "./tables.ts";
import { nextTraining, requestTraining, stopTraining } from "./training-store.ts";

const MARKET = "KRW-BTC" as MarketCode;
const OTHER = "KRW-ETH" as MarketCode;
const DAY = kstDayStart(epochMs(Date.UTC(2024, 0, 10)));

const candleOf = (openTimeMs: number, close = 100): Candle => ({
  openTimeMs: epochMs(openTimeMs),
  open: close,
  high: close,
  low: close,
  close,
  volume: 1,
  value: close,
});
const dayOf = (start: EpochMs, minutes: number, close = 100) => ({
  market: MARKET,
  kstDay: kstDayOf(start),
  columns: columnsOf(Array.from({ length: minutes }, (_, minute) => candleOf(start + minute * MINUTE_MS, close))),
});

let db: ObservatorDatabase;
let names = 0;
beforeEach(() => {
  db = openDatabase(`store-test-${names++}`);
});
afterEach(() => db.delete());

describe("candles", () => {
  it("come back oldest first, each minute once, whole days and tail together [C6]", async () => {
    const today = epochMs(DAY + 2 * DAY_MS);
    await putTail(db, MARKET, [candleOf(today + MINUTE_MS), candleOf(today)]);
    await storeDay(db, dayOf(epochMs(DAY + DAY_MS), 3, 200), epochMs(0));
    await storeDay(db, dayOf(DAY, 2), epochMs(0));
    await putTail(db, OTHER, [candleOf(today)]);

    const all = await readCandles(db, MARKET);
    expect([...all.openTimeMs]).toEqual([...all.openTimeMs].toSorted((a, b) => a - b));
    expect(all.openTimeMs).toHaveLength(7);
    expect((await readCandles(db, MARKET, { days: 2 })).openTimeMs).toHaveLength(5);
    expect([...(await readCandles(db, MARKET, { last: 3 })).openTimeMs]).toEqual([
      DAY + DAY_MS + 2 * MINUTE_MS,
      today,
      today + MINUTE_MS,
    ]);
  });

  it("of a stored day leave the tail and never change again [C6]", async () => {
    await putTail(db, MARKET, [candleOf(DAY, 1), candleOf(DAY + DAY_MS, 1)]);
    await storeDay(db, dayOf(DAY, 2, 5), epochMs(0));
    await storeDay(db, dayOf(DAY, 1, 9), epochMs(0));
    await putTail(db, MARKET, [candleOf(DAY, 7)]);
    const { close } = await readCandles(db, MARKET);
    expect([...close]).toEqual([5, 5, 1]);
    expect(await db.candlePieces.count()).toBe(2);
    expect(await storedDays(db, MARKET)).toEqual([kstDayOf(DAY)]);
  });

  it("are summed up from keys alone", async () => {
    expect(await candleCoverage(db, MARKET)).toEqual({ wholeDays: 0, rowCount: 0, fromMs: null, toMs: null });
    await storeDay(db, dayOf(DAY, 4), epochMs(0));
    await putTail(db, MARKET, [candleOf(DAY + DAY_MS + MINUTE_MS)]);
    expect(await candleCoverage(db, MARKET)).toEqual({
      wholeDays: 1,
      rowCount: 5,
      fromMs: DAY,
      toMs: DAY + DAY_MS + MINUTE_MS,
    });
  });
});

describe("settings", () => {
  it("have defaults, also where a stored value is no longer readable", async () => {
    expect(await readSettings(db)).toEqual(DEFAULT_SETTINGS);
    await writeSetting(db, "market", OTHER);
    await db.settings.put({ name: "theme", value: "plaid" as never });
    expect(await readSettings(db)).toEqual({ ...DEFAULT_SETTINGS, market: OTHER });
  });
});

describe("trainings", () => {
  it("are taken oldest first, and one stopped before it began ends at once", async () => {
    const settings = { market: MARKET } as never;
    await requestTraining(db, settings, { id: "late", nowMs: epochMs(2) });
    await requestTraining(db, settings, { id: "early", nowMs: epochMs(1) });
    expect((await nextTraining(db))?.id).toBe("early");
    await stopTraining(db, "early", epochMs(3));
    expect((await nextTraining(db))?.id).toBe("late");
    await db.trainings.update("late", { state: "running" });
    await stopTraining(db, "late", epochMs(4));
    expect(await db.trainings.get("late")).toMatchObject({ state: "running", stopRequested: true });
  });
});

describe("auto sessions", () => {
  const settings = {
    market: MARKET,
    thresholdBps: bps(5),
    orderTotal: "10000" as Notional,
    maxOrdersPerDay: 3,
  };
  const decision = (over: Partial<DecisionRow> = {}): Omit<DecisionRow, "id"> => ({
    sessionId: "s1",
    market: MARKET,
    candleOpenMs: DAY,
    atMs: epochMs(DAY + MINUTE_MS),
    close: 100,
    candlesHave: 64,
    candlesNeed: 64,
    expectedReturnBps: bps(9),
    thresholdBps: bps(5),
    action: "buy",
    reason: "threshold-passed",
    idempotencyKey: "k",
    request: null,
    orderId: null,
    orderState: "sending",
    executedVolume: "0" as Quantity,
    fault: null,
    ...over,
  });
  const order = (state: Order["state"], executedVolume: string, side: "bid" | "ask" = "bid"): Order => ({
    id: "o1",
    identifier: "obs-1",
    exchangeUuid: null,
    origin: "auto",
    request: { side } as Order["request"],
    state,
    settled: true,
    attempts: 1,
    executedVolume: executedVolume as Quantity,
    executedFunds: null,
    paidFee: "0" as Quantity,
    exchangeError: null,
    createdAtMs: epochMs(0),
    updatedAtMs: epochMs(0),
  });
  const start = () => startAutoSession(db, settings, { id: "s1", userId: "u1", nowMs: epochMs(1_000) });

  it("run one a market", async () => {
    expect((await start()).ok).toBe(true);
    const second = await startAutoSession(db, settings, { id: "s2", userId: "u1", nowMs: epochMs(2_000) });
    expect(second).toMatchObject({ ok: false, fault: { type: "limit-reached" } });
  });

  it("end as closed when their worker was silent for two minutes, and go on after a reload [C8]", async () => {
    await start();
    expect(await beatAutoSession(db, "s1", epochMs(100_000))).toBe(true);
    expect(await beatAutoSession(db, "s1", epochMs(221_000))).toBe(false);
    expect(await readAutoSession(db, "s1")).toMatchObject({ state: "stopped", stopReason: "app-was-closed" });
  });

  it("take no decision after the stop [C9]", async () => {
    await start();
    expect(await addDecision(db, decision())).toEqual(expect.any(Number));
    await stopAutoSession(db, "s1", { reason: "user", nowMs: epochMs(3) });
    expect(await addDecision(db, decision())).toBeNull();
    expect(await readDecisions(db, "s1")).toHaveLength(1);
  });

  it("hold what was filled, each fill counted once [C10]", async () => {
    await start();
    const buy = (await addDecision(db, decision()))!;
    await settleDecision(db, buy, order("accepted", "0.00000003"));
    await settleDecision(db, buy, order("accepted", "0.00000003"));
    expect(await openDecisions(db)).toHaveLength(1);
    await settleDecision(db, buy, order("cancelled", "0.0000001"));
    expect((await readAutoSession(db, "s1"))?.held).toBe("0.0000001");
    expect(await openDecisions(db)).toHaveLength(0);
    const sale = (await addDecision(db, decision({ action: "sell" })))!;
    await settleDecision(db, sale, order("filled", "0.0000001", "ask"));
    expect((await readAutoSession(db, "s1"))?.held).toBe("0");
  });

  it("share one daily allowance a market, counted in KST", async () => {
    await start();
    await addDecision(db, decision());
    await addDecision(db, decision({ orderState: null, action: "hold" }));
    await addDecision(db, decision({ candleOpenMs: epochMs(DAY - MINUTE_MS) }));
    expect(await ordersToday(db, MARKET, epochMs(DAY + MINUTE_MS))).toBe(1);
  });
});
