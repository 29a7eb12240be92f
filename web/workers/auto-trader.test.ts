import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Candle } from "../../domain/candle.ts";
import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { bps, epochMs, MINUTE_MS, type DecimalText, type EpochMs, type Notional } from "../../domain/units.ts";
import type { Order } from "../../domain/wire.ts";
import type { Predictor } from "../model/predictor.ts";
import type { RelayClient } from "../relay-client.ts";
import { readAutoSession, startAutoSession, stopAutoSession } from "../store/auto-session-store.ts";
import { putTail } from "../store/candle-store.ts";
import { openDatabase, type ObservatorDatabase } from "../store/database.ts";
import { readDecisions } from "../store/decision-log.ts";
import type { DecisionRow } from "../store/tables.ts";
import { AutoTrader } from "./auto-trader.ts";

const MARKET = "KRW-BTC" as MarketCode;
const FIRST = Date.UTC(2024, 0, 10, 3);
const KEY = (count: number): string => `00000000-0000-4000-8000-00000000000${count}`;
type Entry = Parameters<RelayClient["placeOrder"]>[0];

let db: ObservatorDatabase;
let names = 0;
let nowMs: EpochMs;
let wallMs: number;
let keys: number;
let expected: number;
let modelAtHand: boolean;
let signedIn: Result<string, Fault>;
/** Orders that the played relay has, and what it answers to the next one instead. */
let orders: Order[];
let placed: Entry[];
let nextAnswer: ((entry: Entry) => Promise<Result<{ order: Order }, Fault>>) | null;
/** What happens while the trader asks who is signed in. */
let onMe: () => Promise<void>;
let trader: AutoTrader;
let leaseCalls: string[];
/** What the relay says about a lease instead of yes. */
let leaseFault: Result<never, Fault> | null;

const orderOf = (entry: Entry, state: Order["state"] = "filled", executed = "0.001"): Order => ({
  id: `order-${entry.idempotencyKey.at(-1)}`,
  identifier: `obs-${entry.idempotencyKey}`,
  idempotencyKey: entry.idempotencyKey,
  exchangeUuid: null,
  origin: "auto",
  request: entry.request as Order["request"],
  state,
  settled: true,
  attempts: 1,
  executedVolume: executed as DecimalText,
  executedFunds: null,
  paidFee: "0" as DecimalText,
  exchangeError: null,
  createdAtMs: nowMs,
  updatedAtMs: nowMs,
});
const fault = (type: Fault["type"], kind: Fault["kind"]): Result<never, Fault> => fail({ type, kind, detail: "x" });
const candleAt = (minute: number, close = 60_000_000): Candle => ({
  openTimeMs: epochMs(FIRST + minute * MINUTE_MS),
  open: close,
  high: close,
  low: close,
  close,
  volume: 1,
  value: close,
});

/** Predicts `expected` once two candles are at hand. */
const predictor: Predictor = {
  candlesNeeded: 2,
  candlesHave: (columns) => Math.min(2, columns.openTimeMs.length),
  predict: (columns) => {
    const have = Math.min(2, columns.openTimeMs.length);
    const newest = epochMs(columns.openTimeMs.at(-1)!);
    if (have < 2) return fail({ have, need: 2 });
    return ok({ candleOpenMs: newest, expectedReturnBps: bps(expected) });
  },
  predictWindows: () => new Float64Array(),
};

const makeTrader = (): AutoTrader =>
  new AutoTrader({
    db,
    relay: {
      me: async () => {
        await onMe();
        if (!signedIn.ok) return signedIn;
        const user = { id: signedIn.value, name: "n", displayName: "n", role: "member" as const, createdAtMs: nowMs };
        return ok({ user });
      },
      placeOrder: (entry) => {
        placed.push(entry);
        if (nextAnswer !== null) return nextAnswer(entry);
        const order = orderOf(entry);
        orders.unshift(order);
        return Promise.resolve(ok({ order }));
      },
      order: (id) => {
        const order = orders.find((known) => known.id === id);
        return Promise.resolve(order ? ok({ order }) : fault("order-not-found", "refuse"));
      },
      orders: () => Promise.resolve(ok({ orders })),
      takeLease: ({ id, market, onSilence }) => {
        leaseCalls.push(`take ${id}`);
        if (leaseFault !== null) return Promise.resolve(leaseFault);
        const state = { state: "running", endReason: null, startedAtMs: 0, seenAtMs: 0, closing: false } as const;
        const session = { id, market: market as MarketCode, onSilence, token: 7, ...state };
        return Promise.resolve(ok({ session }));
      },
      beatLease: ({ id, token }) => {
        leaseCalls.push(`beat ${id} ${token}`);
        return Promise.resolve(leaseFault ?? ok(null));
      },
      endLease: ({ id, token }) => {
        leaseCalls.push(`end ${id} ${token}`);
        return Promise.resolve(leaseFault ?? ok(null));
      },
    },
    serving: () => Promise.resolve(modelAtHand ? { modelId: "m1", predictor } : null),
    marketNow: () => nowMs,
    wallNow: () => epochMs(wallMs),
    newKey: () => KEY(keys++),
  });

beforeEach(async () => {
  db = openDatabase(`trader-test-${names++}`);
  nowMs = epochMs(FIRST);
  wallMs = 1_000_000;
  keys = 1;
  expected = 12;
  modelAtHand = true;
  signedIn = ok("u1");
  onMe = () => Promise.resolve();
  orders = [];
  placed = [];
  nextAnswer = null;
  leaseCalls = [];
  leaseFault = null;
  trader = makeTrader();
  const settings = { market: MARKET, thresholdBps: bps(10), orderTotal: "10000" as Notional, maxOrdersPerDay: 2 };
  await startAutoSession(db, settings, { id: "s1", userId: "u1", nowMs: epochMs(wallMs) });
});
afterEach(() => db.delete());

/** A candle closes and is decided on; whatever was sent has been answered. */
async function close(minute: number): Promise<DecisionRow | undefined> {
  const candle = candleAt(minute);
  nowMs = epochMs(candle.openTimeMs + MINUTE_MS + 2_000);
  await putTail(db, MARKET, [candle]);
  await trader.onClosed(MARKET, candle, "socket");
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  return (await readDecisions(db, "s1"))[0];
}

describe("a decision", () => {
  it("is left by each closed candle, with its numbers [C11]", async () => {
    expect(await close(0)).toMatchObject({ action: "collect", reason: "sequence-incomplete", candlesHave: 1 });
    expected = 3;
    expect(await close(1)).toMatchObject({
      action: "hold",
      reason: "below-threshold",
      expectedReturnBps: 3,
      thresholdBps: 10,
      candlesHave: 2,
      candlesNeed: 2,
      close: 60_000_000,
      candleOpenMs: FIRST + MINUTE_MS,
      orderId: null,
      orderState: null,
    });
    modelAtHand = false;
    expect(await close(2)).toMatchObject({ action: "collect", reason: "no-model", expectedReturnBps: null });
    expect(await readAutoSession(db, "s1")).toMatchObject({ candlesHave: 3, candlesNeed: 0, modelId: null });
    expect(placed).toEqual([]);
  });

  it("that passes the threshold buys, and one below its negative sells what is held [C10] [C11]", async () => {
    await close(0);
    expect(await close(1)).toMatchObject({ action: "buy", orderState: "filled", orderId: "order-1" });
    expect(placed[0]).toEqual({
      idempotencyKey: KEY(1),
      origin: "auto",
      request: { kind: "market-bid", market: MARKET, side: "bid", total: "10000" },
      lease: { id: "s1", token: 7 },
    });
    expect((await readAutoSession(db, "s1"))?.held).toBe("0.001");
    expect(await close(2)).toMatchObject({ action: "hold", reason: "already-holding" });
    expected = -12;
    expect(await close(3)).toMatchObject({ action: "sell", orderState: "filled" });
    expect(placed[1]?.request).toEqual({ kind: "market-ask", market: MARKET, side: "ask", volume: "0.001" });
    expect((await readAutoSession(db, "s1"))?.held).toBe("0");
    expected = 12;
    expect(await close(4)).toMatchObject({ action: "refused", reason: "too-many-orders" });
    expect(placed).toHaveLength(2);
  });

  it("on old candles sends nothing [C11]", async () => {
    await close(0);
    await putTail(db, MARKET, [candleAt(1)]);
    nowMs = epochMs(FIRST + 10 * MINUTE_MS);
    await trader.onClosed(MARKET, candleAt(1), "page");
    expect((await readDecisions(db, "s1"))[0]).toMatchObject({
      action: "refused",
      reason: "stale-data",
      candleWay: "page",
    });
    expect(placed).toEqual([]);
  });
});

describe("a stop", () => {
  it("while a decision is being made keeps its order from leaving [C9]", async () => {
    await close(0);
    onMe = () => stopAutoSession(db, "s1", { reason: "user", nowMs: epochMs(wallMs) });
    expect(await close(1)).toMatchObject({ candleOpenMs: FIRST });
    expect(placed).toEqual([]);
    expect(await readAutoSession(db, "s1")).toMatchObject({ state: "stopped", stopReason: "user" });
  });

  it("comes by itself when another person is signed in, or nobody [C11]", async () => {
    await close(0);
    signedIn = ok("u2");
    expect(await close(1)).toMatchObject({ action: "refused", reason: "relay-refused", fault: "signed-out" });
    expect(placed).toEqual([]);
    expect(await readAutoSession(db, "s1")).toMatchObject({
      state: "stopped",
      stopReason: "fault",
      fault: "signed-out",
    });
  });

  it("comes by itself when nothing works until a person acts", async () => {
    await close(0);
    nextAnswer = () => Promise.resolve(fault("key-expired", "stop"));
    expect(await close(1)).toMatchObject({ action: "refused", fault: "key-expired", orderState: null });
    expect(await readAutoSession(db, "s1")).toMatchObject({ state: "stopped", fault: "key-expired" });
  });
});

describe("an order's end", () => {
  it("that is a refusal is noted, and the session goes on", async () => {
    await close(0);
    nextAnswer = () => Promise.resolve(fault("insufficient-funds", "refuse"));
    expect(await close(1)).toMatchObject({ action: "refused", reason: "relay-refused", fault: "insufficient-funds" });
    nextAnswer = null;
    expect(await close(2)).toMatchObject({ action: "buy", orderState: "filled" });
  });

  it("when unknown blocks the session until the truth is known, and nothing is sent twice [C11] [C14]", async () => {
    await close(0);
    nextAnswer = (entry) => {
      orders.unshift(orderOf(entry));
      return Promise.resolve(fault("order-unknown", "unknown"));
    };
    expect(await close(1)).toMatchObject({ action: "buy", orderState: "unknown", orderId: null });
    expect(await close(2)).toMatchObject({ action: "refused", reason: "order-in-flight" });
    await trader.settleOpen();
    expect((await readDecisions(db, "s1"))[1]).toMatchObject({ orderState: "filled", orderId: "order-1", fault: null });
    expect((await readAutoSession(db, "s1"))?.held).toBe("0.001");
    expect(placed).toHaveLength(1);
  });

  it("is asked for by its id while the exchange has it open [C14]", async () => {
    await close(0);
    nextAnswer = (entry) => {
      const order = orderOf(entry, "unknown", "0");
      orders.unshift(order);
      return Promise.resolve(ok({ order }));
    };
    expect(await close(1)).toMatchObject({ orderState: "unknown", orderId: "order-1" });
    orders = orders.map((order) => ({ ...order, state: "cancelled", executedVolume: "0.0001" as DecimalText }));
    await trader.settleOpen();
    expect((await readDecisions(db, "s1"))[0]).toMatchObject({ orderState: "cancelled", executedVolume: "0.0001" });
  });

  it("is found after the worker died in the middle of sending [C14]", async () => {
    await close(0);
    nextAnswer = (entry) => {
      orders.unshift(orderOf(entry));
      return new Promise(() => {});
    };
    expect(await close(1)).toMatchObject({ orderState: "sending", idempotencyKey: KEY(1) });
    await trader.settleOpen();
    expect((await readDecisions(db, "s1"))[0]?.orderState).toBe("sending");
    trader = makeTrader();
    await trader.settleOpen();
    expect((await readDecisions(db, "s1"))[0]?.orderState).toBe("filled");
    expect(placed).toHaveLength(1);
  });

  it("is given up only after a minute without a trace in a list that would show it [C14]", async () => {
    await close(0);
    nextAnswer = () => Promise.resolve(fault("order-unknown", "unknown"));
    await close(1);
    const state = async () => {
      await trader.settleOpen();
      return (await readDecisions(db, "s1"))[0]?.orderState;
    };
    expect(await state()).toBe("unknown");
    wallMs += 59_000;
    expect(await state()).toBe("unknown");
    const nameless = { ...orderOf(placed[0]!), idempotencyKey: undefined };
    orders = [nameless as unknown as Order];
    wallMs += 10_000;
    expect(await state()).toBe("unknown");
    orders = [];
    expect(await state()).toBe("expired");
  });
});

describe("a session", () => {
  it("shows how many candles it has before the first one closes", async () => {
    await putTail(db, MARKET, [candleAt(0)]);
    await trader.beat();
    expect(await readAutoSession(db, "s1")).toMatchObject({ candlesHave: 1, candlesNeed: 2, modelId: "m1" });
  });

  it("of an app that was closed for more than two minutes does not wake up [C8]", async () => {
    wallMs += 121_000;
    await trader.beat();
    expect(await readAutoSession(db, "s1")).toMatchObject({ state: "stopped", stopReason: "app-was-closed" });
  });
});

describe("a lease", () => {
  const state = async () => await readAutoSession(db, "s1");

  it("is taken at the start, kept alive every twenty seconds and given back at the end [X53]", async () => {
    await trader.beat();
    await trader.beat();
    wallMs += 21_000;
    await trader.beat();
    expect(leaseCalls).toEqual(["take s1", "beat s1 7", "beat s1 7"]);
    await stopAutoSession(db, "s1", { reason: "user", nowMs: epochMs(wallMs) });
    await trader.beat();
    await trader.beat();
    expect(leaseCalls.slice(3)).toEqual(["end s1 7"]);
  });

  it("is the same one after a reload [X53]", async () => {
    await trader.beat();
    trader = makeTrader();
    await trader.beat();
    expect(leaseCalls).toEqual(["take s1", "beat s1 7", "beat s1 7"]);
  });

  it("that another device holds ends the session, before an order and between orders [X53]", async () => {
    await trader.beat();
    leaseFault = fault("lease-lost", "stop");
    wallMs += 21_000;
    await trader.beat();
    expect(await state()).toMatchObject({ state: "stopped", stopReason: "fault", fault: "lease-lost" });
    expect(placed).toEqual([]);
  });

  it("that cannot be had keeps an order from leaving; a relay out of reach does not end the session [X53]", async () => {
    leaseFault = fault("offline", "retry");
    await trader.beat();
    await close(0);
    expect(await close(1)).toMatchObject({ action: "refused", fault: "offline" });
    expect([placed, (await state())?.state]).toEqual([[], "running"]);
    leaseFault = fault("lease-held", "refuse");
    await trader.beat();
    expect(await state()).toMatchObject({ state: "stopped", fault: "lease-held" });
  });
});
