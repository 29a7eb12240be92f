import { Big, decimal } from "../../../domain/decimal.ts";
import { isOnTick, MAXIMUM_TOTAL, MINIMUM_TOTAL, quoteOf, tickSize, VOLUME_DECIMALS } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { amountOf, estimateOf, type Ample, type Ticket } from "./ticket.ts";

export type TicketField = "price" | "volume" | "total";
/** What keeps a ticket from being an order, at the field that a person would mend. `bound` is what the field is held
 *  against, in the quote currency: the tick, the smallest or the largest total. */
export type TicketFlaw = { readonly field: TicketField } & (
  | { readonly reason: "missing" | "no-amount" | "too-fine" | "over-free" }
  | { readonly reason: "off-tick" | "below-minimum" | "above-maximum"; readonly bound: Big }
);

/** The first flaw in the order in which the form is read; null when nothing here speaks against the order, and then it
 *  is one that the relay takes. Rule T4.
 *  @param ample null while it is not known what is free: then the exchange judges */
export function flawOf(ticket: Ticket, market: MarketCode, ample: Ample | null): TicketFlaw | null {
  const priceFlaw = priceFlawOf(ticket, market);
  if (priceFlaw !== null) return priceFlaw;
  const limited = ticket.kind === "limit";
  const field: TicketField = !limited && ticket.side === "bid" ? "total" : "volume";
  const amount = amountOf(ticket[field]);
  if (amount === null) return { field, reason: emptyOr(ticket[field]) };
  if (!amount.round(VOLUME_DECIMALS, Big.roundDown).eq(amount)) return { field, reason: "too-fine" };
  const price = limited ? amountOf(ticket.price) : null;
  const funds = price !== null ? price.times(amount) : field === "total" ? amount : null;
  const outside = funds === null ? null : boundBroken(funds, market);
  if (outside !== null) return { field, ...outside };
  return ample !== null && overFree(ticket, amount, ample) ? { field, reason: "over-free" } : null;
}

/** The flaw of the price alone, where the amount is settled elsewhere; a market order has none. */
export function priceFlawOf(ticket: Ticket, market: MarketCode): TicketFlaw | null {
  if (ticket.kind !== "limit") return null;
  const quote = quoteOf(market);
  const price = amountOf(ticket.price);
  if (price === null) return { field: "price", reason: emptyOr(ticket.price) };
  return isOnTick(quote, price) ? null : { field: "price", reason: "off-tick", bound: tickSize(quote, price) };
}

const emptyOr = (text: string): "missing" | "no-amount" => (text.trim() === "" ? "missing" : "no-amount");

function boundBroken(funds: Big, market: MarketCode) {
  const [minimum, maximum] = [MINIMUM_TOTAL[quoteOf(market)], MAXIMUM_TOTAL[quoteOf(market)]];
  if (funds.lt(minimum)) return { reason: "below-minimum", bound: decimal(minimum) } as const;
  if (maximum !== null && funds.gt(maximum)) return { reason: "above-maximum", bound: decimal(maximum) } as const;
  return null;
}

/** A sale needs the coins, a buy the money with the fee on top. Source: upbit-api 4.4. */
function overFree(ticket: Ticket, amount: Big, ample: Ample): boolean {
  if (ticket.side === "ask") return amount.gt(ample.free);
  const estimate = estimateOf(ticket, null, ample.feeRate);
  return estimate !== null && estimate.sum.gt(ample.free);
}
