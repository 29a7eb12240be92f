import { describe, expect, it } from "vitest";
import type { DecimalText } from "../../../domain/units.ts";
import { totalOf, valued, type Asset } from "./valuation.ts";

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

  it("leaves out what has no live price instead of guessing", () => {
    const rows = [asset("KRW", "1000"), asset("XRP", "40.25", "0", "3101.5")].map((one) => valued(one, priceOf));
    expect(rows[1]!.value).toBeNull();
    const { known, unpriced } = totalOf(rows);
    expect([String(known), unpriced]).toEqual(["1000", 1]);
  });
});
