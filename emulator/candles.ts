import { MINUTE_MS } from "../domain/units.ts";
import type { CandleColumns } from "../domain/candle.ts";
import { unitsOf } from "./minute-series.ts";
import { eachMinuteBack } from "./minute-series.ts";
import type { Bar, MarketFeed } from "./market-feed.ts";

/** Which candles: those that start before `beforeMs`, as the market stands at `nowMs`. */
export type CandleQuestion = {
  readonly intervalMs: number;
  readonly beforeMs: number;
  readonly nowMs: number;
  readonly count: number;
};

/** Newest first, the running candle included, intervals without a trade left out. Source: upbit-api 3.2. */
export function candlesBefore(feed: MarketFeed, { intervalMs, beforeMs, nowMs, count }: CandleQuestion): Bar[] {
  const bars: Bar[] = [];
  const add = (bar: Bar): boolean => {
    const openTimeMs = Math.floor(bar.openTimeMs / intervalMs) * intervalMs;
    const newest = bars.at(-1);
    if (newest?.openTimeMs === openTimeMs) {
      mergeOlder(newest, bar);
      return true;
    }
    if (bars.length === count) return false;
    bars.push({ ...bar, openTimeMs });
    return true;
  };
  // A candle that starts before `beforeMs` is given whole, also where it ends after it.
  const endMs = Math.ceil(beforeMs / intervalMs) * intervalMs;
  const running = endMs > nowMs ? feed.runningMinute(nowMs) : null;
  if (running) add(running);
  const closedMs = Math.min(endMs, Math.floor(nowMs / MINUTE_MS) * MINUTE_MS);
  const ends: { columns: CandleColumns; row: number }[] = [];
  eachMinuteBack(feed.series, closedMs, (columns, row) => {
    const before = bars.length;
    const goesOn = add(closedMinute(feed, columns, row));
    if (bars.length > before) ends[bars.length - 1] = { columns, row };
    return goesOn;
  });
  bars.forEach((bar, at) => {
    if (bar.lastTradeMs === 0) bar.lastTradeMs = lastTradeOf(feed, ends[at]!);
  });
  return bars;
}

/** A finished minute straight from its columns; the time of its last trade is asked for only where it is shown. */
function closedMinute(feed: MarketFeed, columns: CandleColumns, row: number): Bar {
  return {
    openTimeMs: columns.openTimeMs[row]!,
    open: columns.open[row]!,
    high: columns.high[row]!,
    low: columns.low[row]!,
    close: columns.close[row]!,
    units: unitsOf(columns.volume[row]!),
    value: feed.value(columns, row),
    lastTradeMs: 0,
  };
}

function lastTradeOf(feed: MarketFeed, { columns, row }: { columns: CandleColumns; row: number }): number {
  const { openTimeMs, offsetMs } = feed.path(columns, row);
  return openTimeMs + offsetMs.at(-1)!;
}

function mergeOlder(bar: Bar, older: Bar): void {
  bar.open = older.open;
  bar.high = Math.max(bar.high, older.high);
  bar.low = Math.min(bar.low, older.low);
  bar.units += older.units;
  bar.value += older.value;
}
