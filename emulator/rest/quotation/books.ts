import { tickSize, quoteOf } from "../../../domain/market.ts";
import { decimalFromQuote, decimalText } from "../../../domain/decimal.ts";
import { ok } from "../../../domain/result.ts";
import { groupedBook, supportedLevels } from "../../books/grouped-book.ts";
import { typeMismatch } from "../../refusal.ts";
import { orderbookRow } from "./quotation-rows.ts";
import { askedCount, askedMarkets, type QuotationHandler } from "./asked.ts";

/** A market that does not have the level asked for is not answered. Source: upbit-api 3.6. */
export const orderbooks: QuotationHandler = (world, query, nowMs) => {
  const feeds = askedMarkets(world, query.first("markets"));
  if (!feeds.ok) return feeds;
  const count = askedCount(world, query, { usual: 30, most: 30 });
  if (!count.ok) return count;
  const level = query.first("level") ?? "0";
  if (!/^\d+(\.\d+)?$/.test(level)) return typeMismatch();
  return ok(
    feeds.value
      .filter((feed) => supportedLevels(feed, feed.lastTrade(nowMs).price).includes(level))
      .map((feed) => {
        const book = groupedBook(feed, world.exchange.bookOf(feed.market, nowMs), level, nowMs);
        return orderbookRow(feed.market, book, { nowMs, count: count.value, level: Number(level) });
      }),
  );
};

/** Source: upbit-api 3.7. */
export const instruments: QuotationHandler = (world, query, nowMs) => {
  const feeds = askedMarkets(world, query.first("markets"));
  if (!feeds.ok) return feeds;
  return ok(
    feeds.value.map((feed) => {
      const { price } = feed.lastTrade(nowMs);
      const quote = quoteOf(feed.market);
      return {
        market: feed.market,
        quote_currency: quote,
        tick_size: decimalText(tickSize(quote, decimalFromQuote(price))),
        supported_levels: supportedLevels(feed, price),
      };
    }),
  );
};

/** Source: upbit-api 3.8, deprecated. */
export const levels: QuotationHandler = (world, query, nowMs) => {
  const feeds = askedMarkets(world, query.first("markets"));
  if (!feeds.ok) return feeds;
  return ok(
    feeds.value.map((feed) => ({
      market: feed.market,
      supported_levels: supportedLevels(feed, feed.lastTrade(nowMs).price).map(Number),
    })),
  );
};
