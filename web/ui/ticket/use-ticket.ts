import { useState } from "react";
import { priceText } from "../../../domain/decimal.ts";
import { orderPriceFromQuote, quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { Quote } from "../../workers/protocol.ts";
import { EMPTY_TICKET, type Ticket } from "./ticket.ts";

type Touched = {
  readonly market: MarketCode;
  readonly ticket: Ticket;
  /** A hand set the price, be it to nothing: it is left alone. */
  readonly priced: boolean;
};

/** A ticket for one market. Until a hand touches it its price follows the market; from then on it stays. Another market
 *  begins anew: a price of one means nothing in the other. */
export function useTicket(
  market: MarketCode,
  quote: Quote | null,
  kind: Ticket["kind"],
): [ticket: Ticket, change: (ticket: Ticket) => void] {
  const [state, setState] = useState<Touched | null>(null);
  const touched = state?.market === market ? state : null;
  const known = touched?.ticket ?? { ...EMPTY_TICKET, kind };
  const followed = quote === null ? "" : priceText(orderPriceFromQuote(quoteOf(market), quote.price, known.side));
  const follows = known.price === "" && touched?.priced !== true;
  const ticket = follows ? { ...known, price: followed } : known;
  return [
    ticket,
    (next) => setState({ market, ticket: next, priced: touched?.priced === true || next.price !== ticket.price }),
  ];
}
