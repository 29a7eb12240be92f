import { decimal, type Big } from "../../../domain/decimal.ts";
import { MINIMUM_TOTAL, isOnTick, quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { amountOf, estimateOf, type Ample, type Ticket } from "./ticket.ts";

export type TicketField = "price" | "volume" | "total";
/** What keeps a ticket from being an order, at the field that a person would mend. */
export type TicketFlaw = {
  readonly field: TicketField;
  readonly reason: "missing" | "off-tick" | "below-minimum" | "over-free";
};

/** The first flaw in the order in which the form is read; null when nothing here speaks against the order.
 *  @param ample null while it is not known what is free: then the exchange judges */
export function flawOf(ticket: Ticket, market: MarketCode, ample: Ample | null): TicketFlaw | null {
  const quote = quoteOf(market);
  const limited = ticket.kind === "limit";
  const price = amountOf(ticket.price);
  if (limited && price === null) return { field: "price", reason: "missing" };
  if (limited && price !== null && !isOnTick(quote, price)) return { field: "price", reason: "off-tick" };
  const field: TicketField = !limited && ticket.side === "bid" ? "total" : "volume";
  const amount = amountOf(ticket[field]);
  if (amount === null) return { field, reason: "missing" };
  const funds = limited && price !== null ? price.times(amount) : field === "total" ? amount : null;
  if (funds?.lt(decimal(MINIMUM_TOTAL[quote]))) return { field, reason: "below-minimum" };
  return ample !== null && overFree(ticket, amount, ample) ? { field, reason: "over-free" } : null;
}

/** A sale needs the coins, a buy the money with the fee on top. Source: upbit-api 4.4. */
function overFree(ticket: Ticket, amount: Big, ample: Ample): boolean {
  if (ticket.side === "ask") return amount.gt(ample.free);
  const estimate = estimateOf(ticket, null, ample.feeRate);
  return estimate !== null && estimate.sum.gt(ample.free);
}
