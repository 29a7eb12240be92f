import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalFromQuote } from "../../domain/decimal.ts";
import { isOnTick, tickSize } from "../../domain/market.ts";
import { createPriceGrid } from "./price-grid.ts";

const grid = createPriceGrid("KRW");
const anyPrice = fc.double({ min: -4, max: 8.5, noNaN: true }).map((power) => 10 ** power);

describe("the price grid in doubles", () => {
  it("agrees with the exchange's tick table at every price and rounds onto it [5.1]", () => {
    fc.assert(
      fc.property(anyPrice, (price) => {
        expect(grid.tickAt(price)).toBe(Number(tickSize("KRW", decimalFromQuote(price))));
        for (const rounded of [grid.down(price), grid.up(price), grid.nearest(price)])
          expect(isOnTick("KRW", decimalFromQuote(rounded))).toBe(true);
        expect(grid.down(price)).toBeLessThanOrEqual(price * (1 + 1e-9));
        expect(grid.up(price)).toBeGreaterThanOrEqual(price * (1 - 1e-9));
      }),
      { numRuns: 500 },
    );
  });

  it("steps across the bounds of bands and back", () => {
    expect(grid.step(999_500, 1)).toBe(1_000_000);
    expect(grid.step(1_000_000, -1)).toBe(999_500);
    expect(grid.step(1_000_000, 1)).toBe(1_001_000);
    expect(grid.step(100, -1)).toBe(99.9);
    expect(grid.step(99.9, 2)).toBe(101);
    expect(grid.step(0.1, -1)).toBe(0.0999);
  });
});
