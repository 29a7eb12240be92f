import { describe, expect, it } from "vitest";
import { Big } from "./decimal.ts";
import { lotsAfter, type TimedFill } from "./lots.ts";
import type { MarketCode } from "./market-code.ts";
import { epochMs, type DecimalText } from "./units.ts";

const BTC = "KRW-BTC" as MarketCode;
const text = (value: string) => value as DecimalText;
const fill = (side: "bid" | "ask", volume: string, funds: string, more: Partial<TimedFill> = {}): TimedFill => ({
  side,
  volume: text(volume),
  funds: text(funds),
  fee: text("0"),
  market: BTC,
  atMs: epochMs(100),
  elsewherePrice: null,
  ...more,
});
const realised = (...fills: TimedFill[]) => lotsAfter(fills, { fromMs: epochMs(100) }).realised.toString();

describe("lots", () => {
  it("are sold first in, first out, with the fees of both sides [X46]", () => {
    const first = fill("bid", "1", "100", { fee: text("1"), atMs: epochMs(1) });
    const second = fill("bid", "1", "200", { fee: text("2"), atMs: epochMs(2) });
    expect(realised(first, second, fill("ask", "1", "90", { fee: text("3") }))).toBe("-14");
    expect(realised(first, second, fill("ask", "1.5", "300"))).toBe("98");
  });

  it("count only what was sold since the day began, and each market for itself [X46]", () => {
    const early = fill("ask", "1", "50", { atMs: epochMs(99) });
    expect(realised(fill("bid", "1", "100", { atMs: epochMs(1) }), early)).toBe("0");
    const other = fill("bid", "1", "1000", { market: "KRW-ETH" as MarketCode, atMs: epochMs(1) });
    expect(realised(other, fill("ask", "1", "50", { elsewherePrice: text("60") }))).toBe("-10");
  });

  it("take coins bought elsewhere at their average buy price, and at no gain where it is unknown [X46]", () => {
    const bought = fill("bid", "1", "100", { atMs: epochMs(1) });
    const sold = (elsewherePrice: string | null) =>
      fill("ask", "3", "300", { elsewherePrice: elsewherePrice === null ? null : text(elsewherePrice) });
    expect(realised(bought, sold("150"))).toBe("-100");
    expect(realised(bought, sold(null))).toBe("0");
  });

  it("that are left are at risk at their cost, as far as they are still held [X46]", () => {
    const fills = [fill("bid", "1", "100"), fill("bid", "1", "200"), fill("ask", "1", "90")];
    const open = (held?: Map<string, Big>) =>
      lotsAfter(fills, { fromMs: epochMs(0), ...(held ? { held } : {}) })
        .openCost.get(BTC)!
        .toString();
    expect(open()).toBe("200");
    expect(open(new Map([["KRW-BTC", new Big("0.25")]]))).toBe("50");
  });
});
