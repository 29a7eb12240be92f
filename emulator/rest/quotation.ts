import { tickSize, quoteOf, QUOTE_CURRENCIES } from "../../domain/market.ts";
import { Big, decimalText } from "../../domain/decimal.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { ok, type Result } from "../../domain/result.ts";
import { parseInstant } from "../../domain/time.ts";
import { DAY_MS, epochMs, MINUTE_MS, type EpochMs } from "../../domain/units.ts";
import { candlesBefore } from "../candles.ts";
import { characterOf } from "../catalog.ts";
import type { MarketFeed } from "../market-feed.ts";
import { codeNotFound, invalidValue, missingParameter, typeMismatch, type Refusal } from "../refusal.ts";
import type { World } from "../world.ts";
import { candleRow, dayRow, orderbookRow, tickerRow, tradeRow } from "./quotation-rows.ts";
import type { Query } from "./request.ts";

/** Quotation endpoints: what they read from the query and what they answer. Source: upbit-api 3. */

export type QuotationHandler = (world: World, query: Query, nowMs: EpochMs) => Result<unknown, Refusal>;

const MOST_CANDLES = 200;
const MOST_TRADES = 500;
export const MINUTE_UNITS: readonly number[] = [1, 3, 5, 10, 15, 30, 60, 240];

export const markets: QuotationHandler = ({ exchange }, query) =>
  ok(
    [...exchange.feeds.keys()].map((market) => {
      const { koreanName, englishName } = characterOf(market);
      const row = { market, korean_name: koreanName, english_name: englishName };
      return query.first("is_details") === "true" ? { ...row, market_event: NO_EVENT } : row;
    }),
  );

const NO_EVENT = {
  warning: false,
  caution: {
    PRICE_FLUCTUATIONS: false,
    TRADING_VOLUME_SOARING: false,
    DEPOSIT_AMOUNT_SOARING: false,
    GLOBAL_PRICE_DIFFERENCES: false,
    CONCENTRATION_OF_SMALL_ACCOUNTS: false,
  },
};

export const minuteCandles =
  (unit: number): QuotationHandler =>
  (world, query, nowMs) => {
    const asked = candleQuestion(world, query, nowMs);
    if (!asked.ok) return asked;
    const { feed, beforeMs, count } = asked.value;
    const bars = candlesBefore(feed, { intervalMs: unit * MINUTE_MS, beforeMs, nowMs, count });
    return ok(bars.map((bar) => ({ ...candleRow(feed.market, bar), unit })));
  };

export const dayCandles: QuotationHandler = (world, query, nowMs) => {
  const asked = candleQuestion(world, query, nowMs);
  if (!asked.ok) return asked;
  const { feed, beforeMs, count } = asked.value;
  const bars = candlesBefore(feed, { intervalMs: DAY_MS, beforeMs, nowMs, count: count + 1 });
  const converted = query.first("converting_price_unit") === "KRW";
  return ok(
    bars.slice(0, count).map((bar, at) => dayRow(feed.market, bar, { before: bars[at + 1]?.close, converted })),
  );
};

function candleQuestion(world: World, query: Query, nowMs: EpochMs) {
  const feed = marketOf(world, query.first("market"));
  if (!feed.ok) return feed;
  const count = countOf(query, MOST_CANDLES);
  if (!count.ok) return count;
  const to = query.first("to");
  const before = to === null ? ok(epochMs(nowMs + 1)) : parseInstant(to);
  if (!before.ok) return invalidValue();
  return ok({ feed: feed.value, beforeMs: Math.min(before.value, nowMs + 1), count: count.value });
}

export const trades: QuotationHandler = (world, query, nowMs) => {
  const feed = marketOf(world, query.first("market"));
  if (!feed.ok) return feed;
  const count = countOf(query, MOST_TRADES);
  if (!count.ok) return count;
  const span = tradeSpan(query, nowMs);
  if (!span.ok) return span;
  const previousClose = world.tickerOf(feed.value.market, nowMs).previousClose;
  const found = feed.value.tradesBefore(span.value.beforeMs, span.value.fromMs, count.value);
  return ok(found.map((trade) => tradeRow(feed.value.market, trade, previousClose)));
};

/** `days_ago` chooses a UTC day, `to` an instant inside it, `cursor` continues with what is older. Upbit-api 3.3. */
function tradeSpan(query: Query, nowMs: EpochMs): Result<{ fromMs: number; beforeMs: number }, Refusal> {
  const daysAgo = query.first("days_ago");
  if (daysAgo !== null && !/^\d+$/.test(daysAgo)) return typeMismatch();
  if (daysAgo !== null && !/^[1-7]$/.test(daysAgo)) return invalidValue();
  const fromMs = (Math.floor(nowMs / DAY_MS) - Number(daysAgo ?? 0)) * DAY_MS;
  let beforeMs = daysAgo === null ? nowMs + 1 : fromMs + DAY_MS;
  const to = query.first("to");
  if (to !== null) {
    const time = /^([01]\d|2[0-3]):?([0-5]\d):?([0-5]\d)$/.exec(to);
    if (!time) return invalidValue();
    beforeMs = Math.min(beforeMs, fromMs + (Number(time[1]) * 3_600 + Number(time[2]) * 60 + Number(time[3])) * 1_000);
  }
  const cursor = query.first("cursor");
  if (cursor !== null) {
    if (!/^\d{5,20}$/.test(cursor)) return invalidValue();
    beforeMs = Math.min(beforeMs, Number(cursor.slice(0, -4)));
  }
  return ok({ fromMs, beforeMs });
}

export const tickers: QuotationHandler = (world, query, nowMs) => {
  const feeds = marketsOf(world, query.first("markets"));
  if (!feeds.ok) return feeds;
  return ok(feeds.value.map(({ market }) => tickerRow(market, world.tickerOf(market, nowMs), nowMs)));
};

export const allTickers: QuotationHandler = (world, query, nowMs) => {
  const asked = query.first("quote_currencies");
  if (asked === null) return missingParameter();
  const quotes = asked.split(",");
  if (quotes.some((quote) => !QUOTE_CURRENCIES.some((known) => known === quote))) return invalidValue();
  const found = [...world.exchange.feeds.keys()].filter((market) => quotes.includes(quoteOf(market)));
  return ok(found.map((market) => tickerRow(market, world.tickerOf(market, nowMs), nowMs)));
};

/** Native ticks only: an unsupported level answers nothing. Source: upbit-api 3.6. */
export const orderbooks: QuotationHandler = (world, query, nowMs) => {
  const feeds = marketsOf(world, query.first("markets"));
  if (!feeds.ok) return feeds;
  const count = query.first("count") === null ? ok(30) : countOf(query, 30);
  if (!count.ok) return count;
  const level = query.first("level");
  if (level !== null && !/^\d+(\.\d+)?$/.test(level)) return typeMismatch();
  if (level !== null && Number(level) !== 0) return ok([]);
  return ok(
    feeds.value.map(({ market }) =>
      orderbookRow(market, world.exchange.bookOf(market, nowMs), { nowMs, count: count.value }),
    ),
  );
};

export const instruments: QuotationHandler = (world, query, nowMs) => {
  const feeds = marketsOf(world, query.first("markets"));
  if (!feeds.ok) return feeds;
  return ok(
    feeds.value.map((feed) => ({
      market: feed.market,
      quote_currency: quoteOf(feed.market),
      tick_size: decimalText(tickSize(quoteOf(feed.market), new Big(feed.lastTrade(nowMs).price))),
      supported_levels: ["0"],
    })),
  );
};

function marketOf({ exchange }: World, code: string | null): Result<MarketFeed, Refusal> {
  if (code === null) return missingParameter();
  const feed = exchange.feeds.get(code as MarketCode);
  return feed ? ok(feed) : codeNotFound();
}

function marketsOf(world: World, codes: string | null): Result<MarketFeed[], Refusal> {
  if (codes === null) return missingParameter();
  const feeds: MarketFeed[] = [];
  for (const code of codes.split(",")) {
    const feed = marketOf(world, code);
    if (!feed.ok) return feed;
    feeds.push(feed.value);
  }
  return ok(feeds);
}

function countOf(query: Query, most: number): Result<number, Refusal> {
  const text = query.first("count");
  if (text === null) return ok(1);
  if (!/^-?\d+$/.test(text)) return typeMismatch();
  const count = Number(text);
  return count >= 1 && count <= most ? ok(count) : invalidValue();
}
