import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Big, decimal } from "../../../domain/decimal.ts";
import { isOnTick } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import {
  disadvantageOf,
  EMPTY_TICKET,
  estimateOf,
  requestOf,
  steppedPrice,
  volumeForTotal,
  withShare,
  type Ticket,
} from "./ticket.ts";

const BTC = "KRW-BTC" as MarketCode;
const RATE = new Big("0.0005");
const ticket = (change: Partial<Ticket>): Ticket => ({ ...EMPTY_TICKET, ...change });

describe("an order ticket", () => {
  it("becomes a limit order, a market buy by amount or a market sale by volume", () => {
    const limit = requestOf(ticket({ price: "50000000", volume: "0.0010" }), BTC);
    expect(limit).toEqual({
      ok: true,
      value: { kind: "limit", market: BTC, side: "bid", price: "50000000", volume: "0.001" },
    });
    const buy = requestOf(ticket({ kind: "market", total: "10000" }), BTC);
    expect(buy.ok && buy.value).toEqual({ kind: "market-bid", market: BTC, side: "bid", total: "10000" });
    const sale = requestOf(ticket({ kind: "market", side: "ask", volume: "0.5" }), BTC);
    expect(sale.ok && sale.value).toEqual({ kind: "market-ask", market: BTC, side: "ask", volume: "0.5" });
  });

  it("is refused off the tick grid, under the minimum and while it is incomplete [T4]", () => {
    const typeOf = (change: Partial<Ticket>) => {
      const result = requestOf(ticket(change), BTC);
      return result.ok ? "ok" : result.fault.type;
    };
    expect(typeOf({ price: "50000001", volume: "1" })).toBe("off-tick");
    expect(typeOf({ kind: "market", total: "4999" })).toBe("below-minimum");
    expect(typeOf({ price: "50000000" })).toBe("bad-input");
    expect(typeOf({ price: "1e9", volume: "1" })).toBe("bad-input");
  });

  it("adds the fee to a buy and takes it off a sale, exactly", () => {
    const buy = estimateOf(ticket({ price: "3120", volume: "12.5" }), null, RATE)!;
    expect([buy.funds, buy.fee, buy.sum].map(String)).toEqual(["39000", "19.5", "39019.5"]);
    const sale = estimateOf(ticket({ side: "ask", kind: "market", volume: "12.5" }), new Big("3120"), RATE)!;
    expect(String(sale.sum)).toBe("38980.5");
    expect(estimateOf(ticket({ side: "ask", kind: "market", volume: "1" }), null, RATE)).toBeNull();
  });

  it("never spends more than the balance with the fee, whatever share is pressed [T2]", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.constantFrom(10, 25, 50, 100), (won, percent) => {
        const free = new Big(won).div(100);
        for (const kind of ["market", "limit"] as const) {
          const filled = withShare(ticket({ kind, price: "58123000" }), BTC, percent, { free, feeRate: RATE });
          const estimate = estimateOf(filled, null, RATE);
          expect(estimate === null || estimate.sum.lte(free)).toBe(true);
        }
      }),
    );
  });

  it("tells how much worse than the market a limit price is for its owner", () => {
    const last = new Big("100");
    expect(disadvantageOf(ticket({ price: "110" }), last)).toBeCloseTo(0.1);
    expect(disadvantageOf(ticket({ price: "90" }), last)).toBe(0);
    expect(disadvantageOf(ticket({ side: "ask", price: "1" }), last)).toBeCloseTo(0.99);
    expect(disadvantageOf(ticket({ kind: "market", price: "500" }), last)).toBe(0);
  });

  it("sells exactly the free volume at 100 %", () => {
    const all = withShare(ticket({ side: "ask" }), BTC, 100, { free: new Big("0.12345678"), feeRate: RATE });
    expect(all.volume).toBe("0.12345678");
  });

  it("cuts the volume of an amount instead of rounding it up [T2]", () => {
    expect(volumeForTotal("10000", "3")).toBe("3333.33333333");
    expect(volumeForTotal("", "3")).toBe("");
  });
});

describe("price steps", () => {
  it("cross a tick band in both directions", () => {
    expect(steppedPrice("999500", BTC, "up")).toBe("1000000");
    expect(steppedPrice("1000000", BTC, "up")).toBe("1001000");
    expect(steppedPrice("1000000", BTC, "down")).toBe("999500");
    expect(steppedPrice("100", BTC, "down")).toBe("99.9");
  });

  it("snap a price between two steps to the next one in their direction", () => {
    expect(steppedPrice("58123400", BTC, "up")).toBe("58124000");
    expect(steppedPrice("58123400", BTC, "down")).toBe("58123000");
  });

  it("stay on the grid and move for every price [T1]", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2 * 10 ** 9 }), (cents) => {
        const from = new Big(cents).div(100);
        const up = decimal(steppedPrice(from.toFixed(), BTC, "up"));
        const down = decimal(steppedPrice(from.toFixed(), BTC, "down"));
        expect(up.gt(from) && down.lt(from)).toBe(true);
        expect(isOnTick("KRW", up) && isOnTick("KRW", down)).toBe(true);
      }),
    );
  });

  it("leave what is no price alone", () => {
    expect(steppedPrice("", BTC, "up")).toBe("");
    expect(steppedPrice("0.00000001", BTC, "down")).toBe("0.00000001");
  });
});
