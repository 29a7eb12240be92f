import { useState } from "react";
import { priceText } from "../../../domain/decimal.ts";
import { orderPriceFromQuote, quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { Quote } from "../../workers/protocol.ts";
import { EMPTY_TICKET, type Ticket } from "./ticket.ts";

/** A ticket for one market. Until a hand touches it its price follows the market; from then on it stays. Another market
 *  begins anew: a price of one means nothing in the other. */
export function useTicket(
  market: MarketCode,
  quote: Quote | null,
  kind: Ticket["kind"],
): [ticket: Ticket, change: (ticket: Ticket) => void] {
  const [touched, setTouched] = useState<{ readonly market: MarketCode; readonly ticket: Ticket } | null>(null);
  const { side } = EMPTY_TICKET;
  const price = quote === null ? "" : priceText(orderPriceFromQuote(quoteOf(market), quote.price, side));
  const ticket = touched?.market === market ? touched.ticket : { ...EMPTY_TICKET, kind, price };
  return [ticket, (next) => setTouched({ market, ticket: next })];
}
