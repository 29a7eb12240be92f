import type { MarketCode } from "../../../domain/market-code.ts";
import { quoteOf } from "../../../domain/market.ts";
import { ok, type Result } from "../../../domain/result.ts";
import { exchangeUtc, parseInstant } from "../../../domain/time.ts";
import { DAY_MS, epochMs, MINUTE_MS, SECOND_MS, type EpochMs } from "../../../domain/units.ts";
import { candlesBefore, type CandleWidth } from "../../market/candles.ts";
import type { Bar } from "../../market/bars.ts";
import type { MarketFeed } from "../../market/market-feed.ts";
import { invalidValue, typeMismatch, type Refusal } from "../../refusal.ts";
import type { World } from "../../world.ts";
import { candleRow, dayRow } from "./quotation-rows.ts";
import type { Query } from "../request.ts";
import { askedCount, askedMarket, type QuotationHandler } from "./asked.ts";

const MOST_CANDLES = 200;
export const MINUTE_UNITS: readonly number[] = [1, 3, 5, 10, 15, 30, 60, 240];

type Asked = { readonly feed: MarketFeed; readonly bars: (width: CandleWidth, more?: number) => Bar[]; count: number };

/** Source: upbit-api 3.2: `to` is exclusive, without a zone UTC; the future is now. */
function asked(world: World, query: Query, nowMs: EpochMs): Result<Asked, Refusal> {
  const feed = askedMarket(world, query.first("market"));
  if (!feed.ok) return feed;
  const count = askedCount(world, query, { usual: 1, most: MOST_CANDLES });
  if (!count.ok) return count;
  const to = query.first("to");
  const before = to === null ? ok(epochMs(nowMs + 1)) : parseInstant(to);
  if (!before.ok) return invalidValue();
  const beforeMs = Math.min(before.value, nowMs + 1);
  const bars = (intervalMs: CandleWidth, more = 0) =>
    candlesBefore(feed.value, { intervalMs, beforeMs, nowMs, count: count.value + more });
  return ok({ feed: feed.value, bars, count: count.value });
}

export const secondCandles: QuotationHandler = (world, query, nowMs) => {
  const found = asked(world, query, nowMs);
  if (!found.ok) return found;
  const { feed, bars } = found.value;
  return ok(bars(SECOND_MS).map((bar) => candleRow(feed.market, bar)));
};

export const minuteCandles =
  (unit: number): QuotationHandler =>
  (world, query, nowMs) => {
    const found = asked(world, query, nowMs);
    if (!found.ok) return found;
    const { feed, bars } = found.value;
    return ok(bars(unit * MINUTE_MS).map((bar) => ({ ...candleRow(feed.market, bar), unit })));
  };

/** A width that is not served. Source: upbit-api 1.4, 3.2. */
export const strangeMinutes =
  (unit: string): QuotationHandler =>
  () =>
    /^-?\d+$/.test(unit) ? invalidValue() : typeMismatch();

export const dayCandles: QuotationHandler = (world, query, nowMs) => {
  const found = asked(world, query, nowMs);
  if (!found.ok) return found;
  const unit = query.first("converting_price_unit");
  if (unit !== null && unit !== "KRW") return invalidValue();
  const { feed, bars, count } = found.value;
  const days = bars(DAY_MS, 1);
  return ok(
    days.slice(0, count).map((bar, at) => ({
      ...dayRow(feed.market, bar, days[at + 1]?.close),
      ...(unit === null ? {} : { converted_trade_price: inWon(world, feed.market, bar) }),
    })),
  );
};

/** A close in won, at the won price of the quote currency then; null where that is not played. */
function inWon({ exchange }: World, market: MarketCode, { close, lastTradeMs }: Bar): number | null {
  const quote = quoteOf(market);
  if (quote === "KRW") return close;
  const feed = exchange.feeds.get(`KRW-${quote}` as MarketCode);
  if (!feed || lastTradeMs < feed.series.firstMs + MINUTE_MS) return null;
  return Number((close * feed.lastTrade(lastTradeMs).price).toFixed(8));
}

/** Weeks, months and years. */
export const longCandles =
  (width: "week" | "month" | "year"): QuotationHandler =>
  (world, query, nowMs) => {
    const found = asked(world, query, nowMs);
    if (!found.ok) return found;
    const { feed, bars } = found.value;
    return ok(
      bars(width).map((bar) => ({
        ...candleRow(feed.market, bar),
        first_day_of_period: exchangeUtc(epochMs(bar.openTimeMs)).slice(0, 10),
      })),
    );
  };
