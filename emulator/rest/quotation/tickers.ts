import { quoteOf, QUOTE_CURRENCIES } from "../../../domain/market.ts";
import { ok } from "../../../domain/result.ts";
import { listedMarkets } from "../../market/market-state.ts";
import { invalidValue, missingParameter } from "../../refusal.ts";
import { tickerRow } from "./quotation-rows.ts";
import { askedMarkets, type QuotationHandler } from "./asked.ts";

/** In the order asked. Source: upbit-api 3.4, 9.19. */
export const tickers: QuotationHandler = (world, query, nowMs) => {
  const feeds = askedMarkets(world, query.first("markets"));
  if (!feeds.ok) return feeds;
  return ok(feeds.value.map(({ market }) => tickerRow(market, world.tickerOf(market, nowMs), nowMs)));
};

/** In the order of the list of markets. Source: upbit-api 3.5, 9.19. */
export const allTickers: QuotationHandler = (world, query, nowMs) => {
  const asked = query.first("quote_currencies");
  if (asked === null) return missingParameter();
  const quotes = asked.split(",");
  if (quotes.some((quote) => !QUOTE_CURRENCIES.some((known) => known === quote))) return invalidValue();
  const found = listedMarkets(world).filter((market) => quotes.includes(quoteOf(market)));
  return ok(found.map((market) => tickerRow(market, world.tickerOf(market, nowMs), nowMs)));
};
