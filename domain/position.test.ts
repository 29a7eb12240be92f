import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Big, decimalText } from "./decimal.ts";
import { positionFromFills, type Fill } from "./position.ts";

const fill = (side: "bid" | "ask", price: string, volume: string): Fill => {
  const funds = new Big(price).times(volume);
  return {
    side,
    volume: decimalText(new Big(volume)),
    funds: decimalText(funds),
    fee: decimalText(funds.times("0.0005")),
  };
};

describe("a position", () => {
  it("is the exact sum of its fills, fees in the cost [T6]", () => {
    const position = positionFromFills([fill("bid", "100000", "0.1"), fill("bid", "110000", "0.2")]);
    expect(position).toEqual({
      ok: true,
      value: { held: "0.3", cost: "32016", realised: "0", paidFees: "16" },
    });
  });

  it("realises its share of the cost on a sale, and all of it on the last one [T6]", () => {
    const fills = [fill("bid", "100000", "0.3"), fill("ask", "120000", "0.1"), fill("ask", "90000", "0.2")];
    const position = positionFromFills(fills);
    // Bought for 30,015; sold for 11,994 and 17,991.
    expect(position).toEqual({ ok: true, value: { held: "0", cost: "0", realised: "-30", paidFees: "30" } });
  });

  it("cannot fall below nothing [T6]", () => {
    expect(positionFromFills([fill("bid", "100", "1"), fill("ask", "100", "1.00000001")])).toEqual({
      ok: false,
      fault: "sold-more-than-held",
    });
  });

  it("ends flat with exactly the money that came and went, however the sales are cut [T6]", () => {
    const volumes = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(volumes, fc.integer({ min: 1, max: 9_999_999 }), (parts, price) => {
        const inEights = (part: number) => new Big(part).div(100_000_000).toFixed();
        const total = parts.reduce((sum, part) => sum + part, 0);
        const bought = fill("bid", String(price), inEights(total));
        const sold = parts.map((part) => fill("ask", String(price + 7), inEights(part)));
        const position = positionFromFills([bought, ...sold]);
        const money = sold.reduce(
          (sum, { funds, fee }) => sum.plus(funds).minus(fee),
          new Big(0).minus(bought.funds).minus(bought.fee),
        );
        expect(position).toMatchObject({ ok: true, value: { held: "0", cost: "0", realised: decimalText(money) } });
      }),
    );
  });
});
