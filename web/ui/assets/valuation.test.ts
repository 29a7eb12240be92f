import { describe, expect, it } from "vitest";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { DecimalText } from "../../../domain/units.ts";
import { marketsOf, totalOf, valued, type Asset } from "./valuation.ts";

const text = (value: string) => value as DecimalText;
const asset = (currency: string, balance: string, locked = "0", avg = "0"): Asset => ({
  currency,
  balance: text(balance),
  locked: text(locked),
  avgBuyPrice: text(avg),
  unitCurrency: "KRW",
});
const priceOf = (currency: string) => (currency === "BTC" ? 60_000_000 : null);

describe("the value of assets", () => {
  it("counts what is locked in orders as well", () => {
    expect(String(valued(asset("KRW", "960980.5", "39019.5"), priceOf).value)).toBe("1000000");
  });

  it("compares the live price with the average buy price, exactly", () => {
    const row = valued(asset("BTC", "0.1", "0.1", "50000000"), priceOf);
    expect([String(row.value), String(row.gain), row.gainRate]).toEqual(["12000000", "2000000", 0.2]);
  });

  it("is asked for in every won market of what is held, and in no other", () => {
    const listed = ["KRW-XRP", "KRW-BTC", "BTC-ETH", "KRW-ETH", "BTC-OLD"].map((market) => ({
      market: market as MarketCode,
      koreanName: "",
      englishName: "",
    }));
    const held = ["KRW", "XRP", "OLD", "BTC", "GONE"].map((currency) => asset(currency, "1"));
    expect(marketsOf(held, listed)).toEqual(["KRW-BTC", "KRW-XRP"]);
  });

  it("leaves out what has no price instead of guessing", () => {
    const rows = [asset("KRW", "1000"), asset("XRP", "40.25", "0", "3101.5")].map((one) => valued(one, priceOf));
    expect(rows[1]!.value).toBeNull();
    const { known, unpriced } = totalOf(rows);
    expect([String(known), unpriced]).toEqual(["1000", ["XRP"]]);
  });
});
