import type { MarketCode } from "../../domain/market-code.ts";
import { quoteOf } from "../../domain/market.ts";
import { MINUTE_MS } from "../../domain/units.ts";
import { assert } from "../../domain/assert.ts";
import { dayOf, type Bar } from "./bars.ts";
import { valueOfTrade } from "./minute-path.ts";
import { hashOf } from "./random.ts";
import { createPriceGrid, type PriceGrid } from "./price-grid.ts";
import { minutePath, valueAt, type MinutePath } from "./minute-path.ts";
import { eachMinute, eachMinuteBack, lastOffsetMs, type MinuteColumns, type MinuteSeries } from "./minute-series.ts";
import { recentOf } from "./recent.ts";

/** One trade of the tape. */
export type TapeTrade = {
  readonly atMs: number;
  readonly price: number;
  /** 1e-8 of the base currency. */
  readonly units: number;
  readonly takerSide: "bid" | "ask";
  /** Text of a whole number above 2^53: unique, rising with time. Source: upbit-api 3.3. */
  readonly sequentialId: string;
};

/** Everything the tape says about one market at an instant; holds no state but memos, and few of them. */
export type MarketFeed = {
  readonly market: MarketCode;
  readonly hash: number;
  readonly grid: PriceGrid;
  readonly series: MinuteSeries;
  path(columns: MinuteColumns, row: number): MinutePath;
  /** A finished minute. */
  minute(columns: MinuteColumns, row: number): Bar;
  /** A finished UTC day; null where nothing was traded. */
  day(dayMs: number): Bar | null;
  /** The latest trade at or before `nowMs`. */
  lastTrade(nowMs: number): TapeTrade;
  /** Trades with afterMs < atMs ≤ toMs, oldest first. */
  eachTrade(afterMs: number, toMs: number, visit: (trade: TapeTrade) => void): void;
  /** At most `count` trades before `beforeMs`, newest first, none from before `fromMs`. */
  tradesBefore(beforeMs: number, fromMs: number, count: number): TapeTrade[];
  /** The minute that `nowMs` stands in, as far as it has come; null while it has no trade. */
  runningMinute(nowMs: number): Bar | null;
  /** Paths made so far: what the tests hold the work against. */
  pathsMade(): number;
};

/** Paths of this many minutes are kept: the running one and its neighbours are asked for many times a second. */
const KEPT_PATHS = 16;
/** Ten years of days, about a megabyte. */
const KEPT_DAYS = 4_000;

export function createMarketFeed(market: MarketCode, seed: number, series: MinuteSeries): MarketFeed {
  const hash = hashOf(seed, market);
  const grid = createPriceGrid(quoteOf(market));
  const paths = recentOf<number, MinutePath>(KEPT_PATHS);
  const days = recentOf<number, Bar | null>(KEPT_DAYS);
  let made = 0;
  const path = (columns: MinuteColumns, row: number): MinutePath =>
    paths(columns.openTimeMs[row]!, () => {
      made += 1;
      return minutePath(hash, grid, columns, row);
    });
  const minute = (columns: MinuteColumns, row: number): Bar => {
    const openTimeMs = columns.openTimeMs[row]!;
    return {
      openTimeMs,
      open: columns.open[row]!,
      high: columns.high[row]!,
      low: columns.low[row]!,
      close: columns.close[row]!,
      units: BigInt(columns.units[row]!),
      value: valueAt(hash, grid, columns, row),
      lastTradeMs: openTimeMs + lastOffsetMs(hash, openTimeMs),
    };
  };
  const feed: MarketFeed = {
    market,
    hash,
    grid,
    series,
    path,
    minute,
    day: (dayMs) => days(dayMs, () => dayOf(feed, dayMs)),
    ...tradesOf(market, series, path),
    runningMinute: (nowMs) => {
      let bar: Bar | null = null;
      const startMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
      eachMinute(series, startMs, startMs + 1, (columns, row) => (bar = barSoFar(path(columns, row), nowMs)));
      return bar;
    },
    pathsMade: () => made,
  };
  return feed;
}

/** The trades of a market, out of its minutes' paths. */
function tradesOf(
  market: MarketCode,
  series: MinuteSeries,
  path: MarketFeed["path"],
): Pick<MarketFeed, "lastTrade" | "eachTrade" | "tradesBefore"> {
  const name = marketNumber(market);
  const eachTradeBack = (nowMs: number, visit: (trade: TapeTrade) => boolean): void =>
    eachMinuteBack(series, Math.floor(nowMs) + 1, (columns, row) => {
      const trades = path(columns, row);
      for (let at = trades.price.length - 1; at >= 0; at--)
        if (trades.openTimeMs + trades.offsetMs[at]! <= nowMs && !visit(tradeAt(trades, at, name))) return false;
      return true;
    });
  return {
    lastTrade: (nowMs) => {
      let last: TapeTrade | null = null;
      eachTradeBack(nowMs, (trade) => ((last = trade), false));
      assert(last, `${market} has no trade before ${nowMs}`);
      return last;
    },
    eachTrade: (afterMs, toMs, visit) =>
      eachMinute(series, Math.floor(afterMs / MINUTE_MS) * MINUTE_MS, toMs + 1, (columns, row) => {
        const trades = path(columns, row);
        for (let at = 0; at < trades.price.length; at++) {
          const atMs = trades.openTimeMs + trades.offsetMs[at]!;
          if (atMs > afterMs && atMs <= toMs) visit(tradeAt(trades, at, name));
        }
      }),
    tradesBefore: (beforeMs, fromMs, count) => {
      const trades: TapeTrade[] = [];
      eachTradeBack(beforeMs - 1, (trade) => {
        if (trade.atMs < fromMs) return false;
        trades.push(trade);
        return trades.length < count;
      });
      return trades;
    },
  };
}

/** Trades up to and including `nowMs`, as a candle. */
function barSoFar(minute: MinutePath, nowMs: number): Bar | null {
  let bar: Bar | null = null;
  for (let at = 0; at < minute.price.length; at++) {
    const atMs = minute.openTimeMs + minute.offsetMs[at]!;
    if (atMs > nowMs) break;
    const price = minute.price[at]!;
    const units = minute.units[at]!;
    bar ??= {
      openTimeMs: minute.openTimeMs,
      open: price,
      high: price,
      low: price,
      close: price,
      units: 0n,
      value: 0n,
      lastTradeMs: 0,
    };
    bar.high = Math.max(bar.high, price);
    bar.low = Math.min(bar.low, price);
    bar.close = price;
    bar.units += BigInt(units);
    bar.value += valueOfTrade(price, units);
    bar.lastTradeMs = atMs;
  }
  return bar;
}

function tradeAt(minute: MinutePath, at: number, name: string): TapeTrade {
  const atMs = minute.openTimeMs + minute.offsetMs[at]!;
  return {
    atMs,
    price: minute.price[at]!,
    units: minute.units[at]!,
    takerSide: minute.takerBid[at] === 1 ? "bid" : "ask",
    sequentialId: `${atMs}${name}`,
  };
}

/** Last four digits of a market's trade numbers, so that two markets hardly ever share one. */
const marketNumber = (market: MarketCode): string => String(hashOf("trades", market) % 10_000).padStart(4, "0");
