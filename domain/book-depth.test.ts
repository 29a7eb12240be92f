import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deepestTotal, type AskLevel } from "./book-depth.ts";
import { Big } from "./decimal.ts";

const level = (price: number, size: number): AskLevel => ({ price: new Big(price), size: new Big(size) });
/** Average of the fills of a market buy of `total`. */
function averageOf(asks: readonly AskLevel[], total: Big): Big {
  let left = total;
  let volume = new Big(0);
  for (const { price, size } of asks) {
    const spent = left.lt(price.times(size)) ? left : price.times(size);
    volume = volume.plus(spent.div(price));
    left = left.minus(spent);
  }
  return total.div(volume);
}

describe("the deepest total", () => {
  it("is nothing above the bound, the whole book below it, and ends within a level between [X42]", () => {
    const asks = [level(100, 2), level(110, 10)];
    expect(deepestTotal(asks, new Big(99)).toNumber()).toBe(0);
    expect(deepestTotal(asks, new Big(110)).toNumber()).toBe(1300);
    // 2 at 100 and 2 at 110 average 105.
    expect(deepestTotal(asks, new Big(105)).toNumber()).toBe(420);
  });

  it("never lets the average pass the bound, and a won more would [X42]", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 40 }), (counts, above) => {
        const asks = counts.map((size, at) => level(10_000 + at * 10, size));
        const bound = new Big(10_000 + above * 5);
        const total = deepestTotal(asks, bound);
        const all = asks.reduce((sum, { price, size }) => sum.plus(price.times(size)), new Big(0));
        const more = total.plus(2);
        expect(total.eq(0) || averageOf(asks, total).lte(bound)).toBe(true);
        expect(more.gte(all) || averageOf(asks, more).gt(bound)).toBe(true);
      }),
    );
  });
});
