import { Big } from "../../../domain/decimal.ts";
import { spendable } from "../../../domain/fees.ts";
import type { BrokenLimit, Limits } from "../../../domain/limits.ts";
import { quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { estimateOf, type Ample, type Ticket } from "../ticket/ticket.ts";
import { PERCENT, type Amount } from "./reservation-draft.ts";

type Known = {
  readonly limits: Limits;
  /** Free won and fee as they are now; null while nobody knows. */
  readonly ample: Ample | null;
};

/** The limit that would refuse this reserved buy if limits and balance stayed as they are: told before it is reserved,
 *  not at its time. The relay decides then. Rule X42.
 *  @returns `market` where buying in it is not allowed; null where nothing known speaks against it */
export function limitAhead(
  ticket: Ticket,
  amount: Amount,
  market: MarketCode,
  { limits, ample }: Known,
): BrokenLimit | "market" | null {
  if (ticket.side === "ask") return null;
  if (!limits.markets.includes(market)) return "market";
  const spent =
    amount.by === "share" ? shareOf(ample, amount.percent) : (estimateOf(ticket, null, NO_FEE)?.funds ?? null);
  if (spent === null || quoteOf(market) !== "KRW" || spent.lte(limits.largestOrderKrw)) return null;
  return { name: "largestOrderKrw", most: limits.largestOrderKrw, reached: spent.round(0, Big.roundUp).toNumber() };
}

/** Limits are held against the order's own total. */
const NO_FEE = new Big(0);

/** As the relay will work it out, with the fee kept back. Rule X52. */
const shareOf = (ample: Ample | null, percent: string): Big | null =>
  ample === null || !PERCENT.test(percent) ? null : spendable(ample.free.times(percent).div(100), ample.feeRate, 0);
