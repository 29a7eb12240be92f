import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Big } from "../../../domain/decimal.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { EMPTY_TICKET, requestOf, type Ticket } from "./ticket.ts";
import { flawOf, priceFlawOf } from "./ticket-flaw.ts";

const BTC = "KRW-BTC" as MarketCode;
const won = (free: string) => ({ free: new Big(free), feeRate: new Big("0.0005") });
const flaw = (change: Partial<Ticket>, free = "1000000000") => {
  const found = flawOf({ ...EMPTY_TICKET, ...change }, BTC, won(free));
  return found && `${found.field}: ${found.reason}`;
};

describe("the flaw of a ticket", () => {
  it("stands at the field that is empty or wrong, first field first [T4]", () => {
    expect(flaw({})).toBe("price: missing");
    expect(flaw({ price: "50000001" })).toBe("price: off-tick");
    expect(flaw({ price: "50000000" })).toBe("volume: missing");
    expect(flaw({ price: "50000000", volume: "0.00001" })).toBe("volume: below-minimum");
    expect(flaw({ kind: "market" })).toBe("total: missing");
    expect(flaw({ kind: "market", total: "4999" })).toBe("total: below-minimum");
    expect(flaw({ kind: "market", side: "ask" })).toBe("volume: missing");
  });

  it("tells what is no amount from what is missing, and a ninth decimal from both [T4]", () => {
    for (const text of ["abc", "-1", "0", "1e9"]) expect(flaw({ price: text })).toBe("price: no-amount");
    expect(flaw({ price: "50000000", volume: "0.123456789" })).toBe("volume: too-fine");
    expect(flaw({ price: "50000000", volume: "0.123456780" })).toBeNull();
    expect(flaw({ price: "50000000", volume: "20.00000001" }, "9e9")).toBe("volume: above-maximum");
  });

  it("names what the field is held against, in the quote currency [T4]", () => {
    const bound = (change: Partial<Ticket>, market: string) => {
      const found = flawOf({ ...EMPTY_TICKET, ...change }, market as MarketCode, null);
      return found && "bound" in found ? String(found.bound) : null;
    };
    expect(bound({ price: "50000001" }, "KRW-BTC")).toBe("1000");
    expect(bound({ price: "312.5", volume: "1" }, "KRW-DOGE")).toBe("1");
    expect(bound({ kind: "market", total: "4999" }, "KRW-BTC")).toBe("5000");
    expect(bound({ kind: "market", total: "0.4" }, "USDT-BTC")).toBe("0.5");
    expect(bound({ kind: "market", total: "1000000001" }, "KRW-BTC")).toBe("1000000000");
  });

  it("is there for every ticket that the relay would refuse, so that some field is marked [T4]", () => {
    const text = fc.oneof(
      fc.constantFrom("", "x", "-1", "0", "0.000000001", "1000000000000"),
      fc.integer({ min: 0, max: 10 ** 12 }).map((units) => new Big(units).div(10 ** 5).toFixed()),
    );
    const tickets = fc.record({
      side: fc.constantFrom("bid" as const, "ask" as const),
      kind: fc.constantFrom("limit" as const, "market" as const),
      price: text,
      volume: text,
      total: text,
    });
    fc.assert(
      fc.property(tickets, fc.constantFrom("KRW-BTC", "BTC-ETH", "USDT-BTC"), (ticket, market) => {
        const code = market as MarketCode;
        expect(flawOf(ticket, code, null) === null && !requestOf(ticket, code).ok).toBe(false);
      }),
    );
  });

  it("of the price alone is told where the amount is settled elsewhere [T4]", () => {
    const found = (change: Partial<Ticket>) => priceFlawOf({ ...EMPTY_TICKET, ...change }, BTC)?.reason;
    expect(found({ price: "50000001" })).toBe("off-tick");
    expect(found({ price: "50000000" })).toBeUndefined();
    expect(found({ kind: "market" })).toBeUndefined();
  });

  it("counts the fee into what a buy needs and the coins into what a sale needs", () => {
    expect(flaw({ kind: "market", total: "10000" }, "10004.99")).toBe("total: over-free");
    expect(flaw({ kind: "market", total: "10000" }, "10005")).toBeNull();
    expect(flaw({ price: "3120000", volume: "0.01" }, "31215.59")).toBe("volume: over-free");
    expect(flaw({ kind: "market", side: "ask", volume: "0.5" }, "0.49999999")).toBe("volume: over-free");
    expect(flaw({ kind: "market", side: "ask", volume: "0.5" }, "0.5")).toBeNull();
  });

  it("is left to the exchange while nobody knows what is free", () => {
    expect(flawOf({ ...EMPTY_TICKET, kind: "market", total: "10000" }, BTC, null)).toBeNull();
  });
});
