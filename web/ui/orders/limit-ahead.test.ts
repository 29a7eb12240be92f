import { describe, expect, it } from "vitest";
import { Big } from "../../../domain/decimal.ts";
import { STRICT_LIMITS } from "../../../domain/limits.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { EMPTY_TICKET, type Ticket } from "../ticket/ticket.ts";
import { limitAhead } from "./limit-ahead.ts";

const BTC = "KRW-BTC" as MarketCode;
const limits = { ...STRICT_LIMITS, largestOrderKrw: 100_000 };
const buy = (change: Partial<Ticket>): Ticket => ({ ...EMPTY_TICKET, kind: "market", ...change });
const fixed = { by: "amount", percent: "10" } as const;
const share = { by: "share", percent: "10" } as const;
const known = (free: string | null) => ({
  limits,
  ample: free === null ? null : { free: new Big(free), feeRate: new Big("0.0005") },
});

describe("a reserved buy above the limit", () => {
  it("is told before it is reserved, with what it would come to [X42]", () => {
    const wanted = { name: "largestOrderKrw", most: 100_000, reached: 100_001 };
    expect(limitAhead(buy({ total: "100000.5" }), fixed, BTC, known(null))).toEqual(wanted);
    expect(limitAhead(buy({ total: "100000" }), fixed, BTC, known(null))).toBeNull();
    expect(
      limitAhead(buy({ kind: "limit", price: "50000000", volume: "0.00200002" }), fixed, BTC, known(null)),
    ).toEqual(wanted);
    expect(limitAhead(buy({}), share, BTC, known("50000000"))).toEqual({ ...wanted, reached: 4_997_501 });
    expect(limitAhead(buy({}), share, BTC, known("1000000"))).toBeNull();
  });

  it("in a market that is not allowed is told as well, and a sale never is [X41] [X42]", () => {
    expect(limitAhead(buy({ total: "5000" }), fixed, "KRW-ADA" as MarketCode, known(null))).toBe("market");
    expect(limitAhead(buy({ side: "ask", volume: "9" }), fixed, "KRW-ADA" as MarketCode, known(null))).toBeNull();
  });

  it("is left to its time while the balance or the form does not tell", () => {
    expect(limitAhead(buy({}), share, BTC, known(null))).toBeNull();
    expect(limitAhead(buy({}), { by: "share", percent: "x" }, BTC, known("50000000"))).toBeNull();
    expect(limitAhead(buy({ total: "x" }), fixed, BTC, known("50000000"))).toBeNull();
  });
});
