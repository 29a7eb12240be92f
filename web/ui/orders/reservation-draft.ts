import { decimal, decimalText } from "../../../domain/decimal.ts";
import { isOnTick, quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { Fault } from "../../../domain/fault.ts";
import { fail, ok, type Result } from "../../../domain/result.ts";
import type { Reservation, ReservedRequest } from "../../../domain/wire.ts";
import { amountOf, EMPTY_TICKET, requestOf, type Ticket } from "../ticket/ticket.ts";

/** How much: what the ticket says, or a share of what is free when the time comes, in percent. */
export type Amount = { readonly by: "amount" | "share"; readonly percent: string };
export const FIRST_AMOUNT: Amount = { by: "amount", percent: "10" };

export const PERCENT = /^(?:100|[1-9]\d?)$/;

const incomplete = fail<Fault>({ type: "bad-input", kind: "refuse", detail: "The form is incomplete." });

/** The order that a form stands for, checked as far as that can be done today. */
export function reservedRequest(
  ticket: Ticket,
  { by, percent }: Amount,
  market: MarketCode,
): Result<ReservedRequest, Fault> {
  if (by === "amount") return requestOf(ticket, market);
  if (!PERCENT.test(percent)) return incomplete;
  const shareBps = Number(percent) * 100;
  if (ticket.kind === "market")
    return ticket.side === "bid"
      ? ok({ kind: "market-bid", market, side: "bid", shareBps })
      : ok({ kind: "market-ask", market, side: "ask", shareBps });
  const price = amountOf(ticket.price);
  if (price === null) return incomplete;
  if (!isOnTick(quoteOf(market), price))
    return fail({ type: "off-tick", kind: "refuse", detail: "The price is not on the market's tick grid." });
  return ok({ kind: "limit", market, side: ticket.side, price: decimalText(price), shareBps });
}

/** The way back, to edit it. */
export function draftOf({ request }: Reservation): { readonly ticket: Ticket; readonly amount: Amount } {
  const text = (name: "price" | "volume" | "total"): string => {
    const value = (request as Partial<Record<typeof name, string>>)[name];
    return value === undefined ? "" : decimalText(decimal(value));
  };
  const ticket: Ticket = {
    ...EMPTY_TICKET,
    side: request.side,
    kind: request.kind === "limit" ? "limit" : "market",
    price: text("price"),
    volume: text("volume"),
    total: text("total"),
  };
  const amount: Amount =
    "shareBps" in request ? { by: "share", percent: String(Math.round(request.shareBps / 100)) } : FIRST_AMOUNT;
  return { ticket, amount };
}
