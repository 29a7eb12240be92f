import type { CandleColumns } from "../domain/candle.ts";
import type { MarketCode } from "../domain/market-code.ts";
import { quoteOf } from "../domain/market.ts";
import { MINUTE_MS } from "../domain/units.ts";
import { assert } from "../domain/assert.ts";
import { hashOf } from "./random.ts";
import { createPriceGrid, type PriceGrid } from "./price-grid.ts";
import { minutePath, valueAt, type MinutePath } from "./minute-path.ts";
import { eachMinute, eachMinuteBack, UNITS_PER_COIN, type MinuteSeries } from "./minute-series.ts";

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

/** A candle of any width, or what there is of it yet. */
export type Bar = {
  readonly openTimeMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  units: number;
  value: number;
  lastTradeMs: number;
};

/** Everything the tape says about one market at an instant; holds no state but memos. */
export type MarketFeed = {
  readonly market: MarketCode;
  readonly hash: number;
  readonly grid: PriceGrid;
  readonly series: MinuteSeries;
  path(columns: CandleColumns, row: number): MinutePath;
  value(columns: CandleColumns, row: number): number;
  /** The latest trade at or before `nowMs`. */
  lastTrade(nowMs: number): TapeTrade;
  /** Trades with afterMs < atMs ≤ toMs, oldest first. */
  eachTrade(afterMs: number, toMs: number, visit: (trade: TapeTrade) => void): void;
  /** At most `count` trades before `beforeMs`, newest first, none from before `fromMs`. */
  tradesBefore(beforeMs: number, fromMs: number, count: number): TapeTrade[];
  /** The minute that `nowMs` stands in, as far as it has come; null while it has no trade. */
  runningMinute(nowMs: number): Bar | null;
};

/** Paths of this many minutes are kept: the running one and its neighbours are asked for many times a second. */
const KEPT_PATHS = 8;

export function createMarketFeed(market: MarketCode, seed: number, series: MinuteSeries): MarketFeed {
  const hash = hashOf(seed, market);
  const grid = createPriceGrid(quoteOf(market));
  const kept = new Map<number, MinutePath>();
  const path = (columns: CandleColumns, row: number): MinutePath => {
    const openTimeMs = columns.openTimeMs[row]!;
    let found = kept.get(openTimeMs);
    if (!found) {
      found = minutePath(hash, grid, columns, row);
      if (kept.size >= KEPT_PATHS) kept.delete(kept.keys().next().value!);
      kept.set(openTimeMs, found);
    }
    return found;
  };
  const eachTradeBack = (nowMs: number, visit: (trade: TapeTrade) => boolean): void =>
    eachMinuteBack(series, Math.floor(nowMs) + 1, (columns, row) => {
      const minute = path(columns, row);
      for (let at = minute.price.length - 1; at >= 0; at--)
        if (minute.openTimeMs + minute.offsetMs[at]! <= nowMs && !visit(tradeAt(minute, at))) return false;
      return true;
    });
  return {
    market,
    hash,
    grid,
    series,
    path,
    value: (columns, row) => valueAt(hash, grid, columns, row),
    lastTrade: (nowMs) => {
      let last: TapeTrade | null = null;
      eachTradeBack(nowMs, (trade) => ((last = trade), false));
      assert(last, `${market} has no trade before ${nowMs}`);
      return last;
    },
    eachTrade: (afterMs, toMs, visit) =>
      eachMinute(series, Math.floor(afterMs / MINUTE_MS) * MINUTE_MS, toMs + 1, (columns, row) => {
        const minute = path(columns, row);
        for (let at = 0; at < minute.price.length; at++) {
          const atMs = minute.openTimeMs + minute.offsetMs[at]!;
          if (atMs > afterMs && atMs <= toMs) visit(tradeAt(minute, at));
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
    runningMinute: (nowMs) => {
      let bar: Bar | null = null;
      const startMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
      eachMinute(series, startMs, startMs + 1, (columns, row) => (bar = barSoFar(path(columns, row), nowMs)));
      return bar;
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
      units: 0,
      value: 0,
      lastTradeMs: 0,
    };
    bar.high = Math.max(bar.high, price);
    bar.low = Math.min(bar.low, price);
    bar.close = price;
    bar.units += units;
    bar.value += (price * units) / UNITS_PER_COIN;
    bar.lastTradeMs = atMs;
  }
  return bar;
}

function tradeAt(minute: MinutePath, at: number): TapeTrade {
  const atMs = minute.openTimeMs + minute.offsetMs[at]!;
  return {
    atMs,
    price: minute.price[at]!,
    units: minute.units[at]!,
    takerSide: minute.takerBid[at] === 1 ? "bid" : "ask",
    sequentialId: `${atMs}0000`,
  };
}
