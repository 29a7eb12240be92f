import { describe, expect, it } from "vitest";
import { Big } from "../../../domain/decimal.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { EMPTY_TICKET, type Ticket } from "./ticket.ts";
import { flawOf } from "./ticket-flaw.ts";

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
