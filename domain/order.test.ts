import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  canFollow,
  checkOrder,
  ORDER_STATES,
  ORDER_TRANSITIONS,
  OrderRequestSchema,
  type OrderRequest,
} from "./order.ts";

const order = (input: unknown): OrderRequest => v.parse(OrderRequestSchema, input);
const limit = (price: string, volume: string) =>
  order({ kind: "limit", market: "KRW-BTC", side: "bid", price, volume });
const typeOf = (request: OrderRequest): string => {
  const checked = checkOrder(request);
  return checked.ok ? "ok" : checked.fault.type;
};

describe("an order before it leaves", () => {
  it("is refused off the grid, below the minimum, above the maximum, with nine decimals or nothing [T4]", () => {
    expect(typeOf(limit("95000000", "0.001"))).toBe("ok");
    expect(typeOf(limit("95000500", "0.001"))).toBe("off-tick");
    expect(typeOf(limit("95000000", "0.00005"))).toBe("below-minimum");
    expect(typeOf(limit("95000000", "11"))).toBe("above-maximum");
    expect(typeOf(limit("95000000", "0.001000001"))).toBe("bad-input");
    expect(typeOf(limit("95000000", "0"))).toBe("bad-input");
    expect(typeOf(limit("0", "1"))).toBe("off-tick");
    expect(typeOf(order({ kind: "market-bid", market: "KRW-BTC", side: "bid", total: "5000" }))).toBe("ok");
    expect(typeOf(order({ kind: "market-bid", market: "KRW-BTC", side: "bid", total: "4999.99" }))).toBe(
      "below-minimum",
    );
    expect(typeOf(order({ kind: "market-ask", market: "KRW-BTC", side: "ask", volume: "0.00000001" }))).toBe("ok");
  });

  it("is not even an order with a float, a minus, an exponent or a field too many [T4]", () => {
    const parses = (input: unknown) => v.safeParse(OrderRequestSchema, input).success;
    const base = { kind: "limit", market: "KRW-BTC", side: "bid", price: "95000000", volume: "0.001" };
    expect(parses(base)).toBe(true);
    for (const wrong of [
      { volume: 0.001 },
      { volume: "-1" },
      { volume: "1e-3" },
      { side: "buy" },
      { market: "krw-btc" },
      { smp: "none" },
      { timeInForce: "gtc" },
    ])
      expect(parses({ ...base, ...wrong }), JSON.stringify(wrong)).toBe(false);
  });
});

describe("an order's life", () => {
  it("has a row for every state, and closed states open only for a late truth [T3]", () => {
    expect(Object.keys(ORDER_TRANSITIONS).toSorted()).toEqual([...ORDER_STATES].toSorted());
    for (const closed of ["filled", "cancelled", "rejected"] as const)
      for (const next of ORDER_STATES) expect(canFollow(closed, next)).toBe(false);
    expect(ORDER_TRANSITIONS.reserved).toEqual(["claimed", "cancelled"]);
    for (const unsent of ["reserved", "claimed"] as const)
      for (const atExchange of ["accepted", "filled", "unknown", "burned"] as const)
        expect(canFollow(unsent, atExchange)).toBe(false);
    for (const late of ["burned", "expired"] as const) {
      expect(canFollow(late, "filled")).toBe(true);
      expect(canFollow(late, "sending")).toBe(false);
    }
    expect(canFollow("unknown", "sending")).toBe(false);
  });
});
