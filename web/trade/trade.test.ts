import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MarketCode } from "../../domain/market-code.ts";
import { checkOrder } from "../../domain/order.ts";
import { bps, epochMs, MINUTE_MS, type Notional, type Quantity } from "../../domain/units.ts";
import { approve, toOrderRequest, type RiskFacts } from "./risk.ts";
import { sizeOrder, type OrderIntent } from "./sizing.ts";
import { decide } from "./strategy.ts";

const market = "KRW-BTC" as MarketCode;
const none = "0" as Quantity;
const some = "0.001" as Quantity;
const thresholdBps = bps(8);

describe("the strategy", () => {
  it("opens above the threshold, closes below its negative and is still in between [T5]", () => {
    expect(decide(bps(8.1), { thresholdBps, held: none })).toEqual({ action: "buy", reason: "threshold-passed" });
    expect(decide(bps(-8.1), { thresholdBps, held: some })).toEqual({ action: "sell", reason: "threshold-passed" });
    for (const expected of [8, 0, -8])
      for (const held of [none, some])
        expect(decide(bps(expected), { thresholdBps, held })).toEqual({ action: "hold", reason: "below-threshold" });
  });

  it("never buys twice and never sells what it does not hold [T5]", () => {
    expect(decide(bps(99), { thresholdBps, held: some })).toEqual({ action: "hold", reason: "already-holding" });
    expect(decide(bps(-99), { thresholdBps, held: none })).toEqual({ action: "hold", reason: "nothing-to-sell" });
    expect(decide(bps(NaN), { thresholdBps, held: none }).action).toBe("hold");
  });

  it("buys for the user's amount and sells all that is held [T5]", () => {
    const sizes = { market, orderTotal: "10000" as Notional, held: some };
    const passed = { reason: "threshold-passed" } as const;
    expect(sizeOrder({ action: "buy", ...passed }, sizes)).toEqual({ side: "bid", market, total: "10000" });
    expect(sizeOrder({ action: "sell", ...passed }, sizes)).toEqual({ side: "ask", market, volume: "0.001" });
    expect(sizeOrder({ action: "hold", reason: "below-threshold" }, sizes)).toBeNull();
  });
});

const buy: OrderIntent = { side: "bid", market, total: "10000" as Notional };
const sell: OrderIntent = { side: "ask", market, volume: some };
const facts: RiskFacts = {
  nowMs: epochMs(10 * MINUTE_MS + 2000),
  candleOpenMs: epochMs(9 * MINUTE_MS),
  intervalMs: MINUTE_MS,
  close: 50_000_000,
  held: none,
  orderInFlight: false,
  ordersToday: 0,
  maxOrdersPerDay: 3,
};
const refusal = (intent: OrderIntent, changed: Partial<RiskFacts>) => {
  const answer = approve(intent, { ...facts, ...changed });
  return answer.ok ? null : [answer.fault.rule, answer.fault.reason];
};

describe("risk", () => {
  it("lets an order pass that breaks no rule, as the exchange wants it [R1]", () => {
    const bid = approve(buy, facts);
    expect(bid.ok && toOrderRequest(bid.value)).toEqual({ kind: "market-bid", market, side: "bid", total: "10000" });
    const ask = approve(sell, { ...facts, held: some });
    expect(ask.ok && toOrderRequest(ask.value)).toEqual({ kind: "market-ask", market, side: "ask", volume: "0.001" });
  });

  it("gives an approval only to what the exchange's own checks accept [R1]", () => {
    const totals = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(totals, fc.boolean(), fc.integer({ min: 0, max: 5 }), (total, orderInFlight, ordersToday) => {
        const intent: OrderIntent = { ...buy, total: String(total) as Notional };
        const answer = approve(intent, { ...facts, orderInFlight, ordersToday });
        const mayLeave = answer.ok && checkOrder(toOrderRequest(answer.value)).ok;
        expect([answer.ok, mayLeave]).toEqual(
          Array<boolean>(2).fill(total >= 5000 && !orderInFlight && ordersToday < 3),
        );
      }),
    );
  });

  it("refuses a candle that closed more than two intervals and a margin ago [R2]", () => {
    const limit = 10 * MINUTE_MS + 2 * MINUTE_MS + 5000;
    expect(refusal(buy, { nowMs: epochMs(limit) })).toBeNull();
    expect(refusal(buy, { nowMs: epochMs(limit + 1) })).toEqual(["R2", "stale-data"]);
    expect(refusal(buy, { nowMs: epochMs(NaN) })).toEqual(["R2", "stale-data"]);
  });

  it("refuses an order beyond the day's number [R3]", () => {
    expect(refusal(buy, { ordersToday: 2 })).toBeNull();
    expect(refusal(buy, { ordersToday: 3 })).toEqual(["R3", "too-many-orders"]);
  });

  it("refuses a second order while one is on its way [R4]", () => {
    expect(refusal(buy, { orderInFlight: true })).toEqual(["R4", "order-in-flight"]);
    expect(refusal(sell, { held: some, orderInFlight: true })).toEqual(["R4", "order-in-flight"]);
  });

  it("refuses what is worth less than the market's minimum [R5]", () => {
    expect(refusal({ ...buy, total: "4999.99999999" as Notional }, {})).toEqual(["R5", "below-minimum"]);
    const dust = "0.00009999" as Quantity;
    expect(refusal({ ...sell, volume: dust }, { held: dust })).toEqual(["R5", "below-minimum"]);
    const enough = "0.0001" as Quantity;
    expect(refusal({ ...sell, volume: enough }, { held: enough })).toBeNull();
  });

  it("refuses to buy on top of a holding, or to sell more than is held [R6]", () => {
    expect(refusal(buy, { held: some })).toEqual(["R6", "already-holding"]);
    expect(refusal(sell, {})).toEqual(["R6", "nothing-to-sell"]);
    expect(refusal(sell, { held: "0.00099999" as Quantity })).toEqual(["R6", "nothing-to-sell"]);
  });
});
