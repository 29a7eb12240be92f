import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Big, decimalFromQuote, decimalText, isDecimalText, notionalOf, quantityFor } from "./decimal.ts";
import { FEE_BPS, spendable } from "./fees.ts";
import {
  isOnTick,
  MAXIMUM_TOTAL,
  MINIMUM_TOTAL,
  orderPriceFromQuote,
  QUOTE_CURRENCIES,
  roundToTick,
  tickSize,
} from "./market.ts";

const price = fc
  .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: -8, max: 2 }))
  .map(([digits, exponent]) => new Big(digits).times(new Big(10).pow(exponent)))
  .filter((value) => value.gte("0.00000001"));

describe("ticks", () => {
  it("follows the KRW table at and around every bound (5.1) [T1]", () => {
    const table = [
      ["2000000", "1000"],
      ["1999999", "1000"],
      ["1000000", "1000"],
      ["999999", "500"],
      ["500000", "500"],
      ["499999", "100"],
      ["100000", "100"],
      ["99999", "50"],
      ["50000", "50"],
      ["49999", "10"],
      ["10000", "10"],
      ["9999", "5"],
      ["5000", "5"],
      ["4999", "1"],
      ["1000", "1"],
      ["100", "1"],
      ["99.9", "0.1"],
      ["10", "0.1"],
      ["9.99", "0.01"],
      ["1", "0.01"],
      ["0.999", "0.001"],
      ["0.1", "0.001"],
      ["0.01", "0.0001"],
      ["0.001", "0.00001"],
      ["0.0001", "0.000001"],
      ["0.00001", "0.0000001"],
      ["0.000009", "0.00000001"],
    ] as const;
    for (const [at, tick] of table) expect(tickSize("KRW", new Big(at)).toFixed(), at).toBe(tick);
    for (const at of ["3", "0.0001", "0.00000001"])
      expect(tickSize("BTC", new Big(at)).toFixed(), at).toBe("0.00000001");
  });

  it("follows the USDT table at and around every bound, the lower one inclusive (5.2, 5.3) [T1]", () => {
    const table = [
      ["100000", "0.01"],
      ["10", "0.01"],
      ["9.999", "0.001"],
      ["1", "0.001"],
      ["0.9999", "0.0001"],
      ["0.1", "0.0001"],
      ["0.09999", "0.00001"],
      ["0.01", "0.00001"],
      ["0.009999", "0.000001"],
      ["0.001", "0.000001"],
      ["0.0009999", "0.0000001"],
      ["0.0001", "0.0000001"],
      ["0.00009999", "0.00000001"],
    ] as const;
    for (const [at, tick] of table) expect(tickSize("USDT", new Big(at)).toFixed(), at).toBe(tick);
  });

  it("knows the smallest and largest total and the fee of each quote currency (5.4)", () => {
    expect(MINIMUM_TOTAL).toEqual({ KRW: "5000", BTC: "0.00005", USDT: "0.5" });
    expect(MAXIMUM_TOTAL).toEqual({ KRW: "1000000000", BTC: "10", USDT: null });
    expect(FEE_BPS).toEqual({ KRW: 5, BTC: 25, USDT: 25 });
  });

  it("rounds a bid down and an ask up, onto the grid of the price it arrives at [T1]", () => {
    fc.assert(
      fc.property(fc.constantFrom(...QUOTE_CURRENCIES), price, (quote, value) => {
        const bid = roundToTick(quote, value, "bid");
        const ask = roundToTick(quote, value, "ask");
        expect(bid.lte(value) && ask.gte(value)).toBe(true);
        expect(ask.minus(bid).lte(tickSize(quote, value))).toBe(true);
        expect(bid.eq(0) || isOnTick(quote, bid)).toBe(true);
        expect(isOnTick(quote, ask)).toBe(true);
        expect(roundToTick(quote, ask, "ask").eq(ask)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("takes a quoted double without the noise of binary floats [T1]", () => {
    expect(orderPriceFromQuote("KRW", 0.1 + 0.2, "bid").toFixed()).toBe("0.3");
    expect(orderPriceFromQuote("KRW", 95_500_123, "ask").toFixed()).toBe("95501000");
    expect(decimalFromQuote(9.1e-5).toFixed()).toBe("0.000091");
  });
});

describe("decimals", () => {
  it("spells an exact decimal in one way only", () => {
    for (const [from, to] of [
      ["70000.0", "70000"],
      ["0.00310000", "0.0031"],
      ["-0.0", "0"],
      ["100", "100"],
      ["1e-8", "0.00000001"],
    ] as const)
      expect(decimalText(new Big(from))).toBe(to);
    for (const text of ["1e5", "01", ".5", "5.", "", "NaN", "+1", "1,000", "9".repeat(41)])
      expect(isDecimalText(text), text).toBe(false);
  });

  it("buys a volume that never costs more than the amount, and no eighth decimal less [T2]", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 16n }), price, (won, at) => {
        const amount = new Big(won.toString());
        const volume = quantityFor(amount, at);
        expect(notionalOf(at, volume).lte(amount)).toBe(true);
        expect(notionalOf(at, volume.plus("0.00000001")).gt(amount)).toBe(true);
      }),
    );
  });

  it("spends at most the balance once the fee is on top [T2]", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.integer({ min: 0, max: 100 }), (won, feeBps) => {
        const rate = new Big(feeBps).div(10_000);
        const total = spendable(new Big(won.toString()), rate, 0);
        expect(total.times(rate.plus(1)).lte(won.toString())).toBe(true);
        expect(total.plus(1).times(rate.plus(1)).gt(won.toString())).toBe(true);
      }),
    );
  });
});
