import { Big } from "../../../domain/decimal.ts";
import type { BrokenLimit, Limits } from "../../../domain/limits.ts";
import { quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { estimateOf, type Ticket } from "../ticket/ticket.ts";
import { PERCENT, type Amount } from "./reservation-draft.ts";

type Known = {
  readonly limits: Limits;
  /** Free won as it is now; null while nobody knows. */
  readonly free: Big | null;
};

/** The limit that would refuse this reserved buy if limits and balance stayed as they are: told before it is reserved,
 *  not at its time. The relay decides then. Rule X42.
 *  @returns `market` where buying in it is not allowed; null where nothing known speaks against it */
export function limitAhead(
  ticket: Ticket,
  amount: Amount,
  market: MarketCode,
  { limits, free }: Known,
): BrokenLimit | "market" | null {
  if (ticket.side === "ask") return null;
  if (!limits.markets.includes(market)) return "market";
  const spent =
    amount.by === "share" ? shareOf(free, amount.percent) : (estimateOf(ticket, null, NO_FEE)?.funds ?? null);
  if (spent === null || quoteOf(market) !== "KRW" || spent.lte(limits.largestOrderKrw)) return null;
  return { name: "largestOrderKrw", most: limits.largestOrderKrw, reached: spent.round(0, Big.roundUp).toNumber() };
}

/** Limits are held against the order's own total. */
const NO_FEE = new Big(0);

const shareOf = (free: Big | null, percent: string): Big | null =>
  free === null || !PERCENT.test(percent) ? null : free.times(percent).div(100);
