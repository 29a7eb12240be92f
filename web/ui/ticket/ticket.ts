import { Big, decimal, decimalText, isDecimalText, notionalOf, quantityFor } from "../../../domain/decimal.ts";
import type { Fault } from "../../../domain/fault.ts";
import { feeOf, spendable } from "../../../domain/fees.ts";
import {
  quoteOf,
  roundToTick,
  tickSize,
  VOLUME_DECIMALS,
  type QuoteCurrency,
  type Side,
} from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { checkOrder, type OrderRequest } from "../../../domain/order.ts";
import { fail, type Result } from "../../../domain/result.ts";

/** An order as it stands in a form: plain decimal text, possibly incomplete. */
export type Ticket = {
  readonly side: Side;
  readonly kind: "limit" | "market";
  readonly price: string;
  readonly volume: string;
  /** Quote amount of a market buy, fee on top. */
  readonly total: string;
};
export const EMPTY_TICKET: Ticket = { side: "bid", kind: "limit", price: "", volume: "", total: "" };

/** The text as a positive amount, or null. */
export function amountOf(text: string): Big | null {
  if (!isDecimalText(text)) return null;
  const amount = decimal(text);
  return amount.gt(0) ? amount : null;
}

const incomplete = fail<Fault>({ type: "bad-input", kind: "refuse", detail: "The order form is incomplete." });

/** The order a ticket stands for, checked as the relay will check it. Rule T4. */
export function requestOf(ticket: Ticket, market: MarketCode): Result<OrderRequest, Fault> {
  const { side, kind } = ticket;
  const [price, volume, total] = [ticket.price, ticket.volume, ticket.total].map(amountOf);
  if (kind === "limit") {
    if (!price || !volume) return incomplete;
    return checkOrder({ kind: "limit", market, side, price: decimalText(price), volume: decimalText(volume) });
  }
  if (side === "bid") {
    if (!total) return incomplete;
    return checkOrder({ kind: "market-bid", market, side, total: decimalText(total) });
  }
  if (!volume) return incomplete;
  return checkOrder({ kind: "market-ask", market, side, volume: decimalText(volume) });
}

/** What an order will about cost or bring, in the quote currency.
 *  - funds: price × volume, or the amount of a market buy
 *  - sum: a buy's funds with the fee on top, a sale's with the fee taken off. Source: upbit-api 4.4 */
export type Estimate = { readonly funds: Big; readonly fee: Big; readonly sum: Big };

/** @param lastPrice stands in for the price of a market sale; null while it is not known */
export function estimateOf(ticket: Ticket, lastPrice: Big | null, feeRate: Big): Estimate | null {
  const funds = fundsOf(ticket, lastPrice);
  if (funds === null) return null;
  const fee = feeOf(funds, feeRate);
  return { funds, fee, sum: ticket.side === "bid" ? funds.plus(fee) : funds.minus(fee) };
}

function fundsOf(ticket: Ticket, lastPrice: Big | null): Big | null {
  if (ticket.kind === "market" && ticket.side === "bid") return amountOf(ticket.total);
  const price = ticket.kind === "limit" ? amountOf(ticket.price) : lastPrice;
  const volume = amountOf(ticket.volume);
  return price === null || volume === null ? null : notionalOf(price, volume);
}

/** Decimals of a quote amount a person enters. */
const amountDecimals = (quote: QuoteCurrency): number => (quote === "KRW" ? 0 : VOLUME_DECIMALS);

/** Fills the ticket with a share of what is there to spend or to sell, fee kept back on a buy. Rule T2.
 *  @param percent 0…100
 *  @param free free quote balance for a buy, free base balance for a sale */
export function withShare(ticket: Ticket, market: MarketCode, percent: number, ample: Ample): Ticket {
  const part = ample.free.times(percent).div(100);
  const quote = quoteOf(market);
  if (ticket.side === "ask") return { ...ticket, volume: decimalText(part.round(VOLUME_DECIMALS, Big.roundDown)) };
  const amount = spendable(part, ample.feeRate, amountDecimals(quote));
  if (ticket.kind === "market") return { ...ticket, total: decimalText(amount) };
  const price = amountOf(ticket.price);
  return price === null ? ticket : { ...ticket, volume: decimalText(quantityFor(amount, price)) };
}
/** What an account has free for one side of a market, and the fee rate it pays. */
export type Ample = { readonly free: Big; readonly feeRate: Big };

/** The next price up or down on the tick grid; a price between two steps snaps to the nearer end of the way. Rule T1. */
export function steppedPrice(text: string, market: MarketCode, direction: "up" | "down"): string {
  const price = amountOf(text);
  if (price === null) return text;
  const quote = quoteOf(market);
  if (direction === "up") {
    const floor = roundToTick(quote, price, "bid");
    return decimalText(floor.plus(tickSize(quote, floor)));
  }
  const ceiling = roundToTick(quote, price, "ask");
  // Just below a band's lower bound the finer tick holds.
  const below = ceiling.minus("0.00000001");
  if (below.lte(0)) return text;
  return decimalText(roundToTick(quote, below, "bid"));
}

/** How much worse than the last price a limit price is for its owner, 0.01 = 1 %; 0 when it is no worse. A slipped digit
 *  is filled at once, so it is said aloud before it leaves. */
export function disadvantageOf(ticket: Ticket, lastPrice: Big | null): number {
  const price = ticket.kind === "limit" ? amountOf(ticket.price) : null;
  if (price === null || lastPrice === null || lastPrice.lte(0)) return 0;
  const above = price.div(lastPrice).minus(1).toNumber();
  return Math.max(0, ticket.side === "bid" ? above : -above);
}

/** The volume that so much money comes to at a price; cut, never rounded up. Rule T2. */
export function volumeForTotal(total: string, price: string): string {
  const [amount, unit] = [amountOf(total), amountOf(price)];
  return amount === null || unit === null ? "" : decimalText(quantityFor(amount, unit));
}
