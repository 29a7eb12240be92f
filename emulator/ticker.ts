import { DAY_MS, MINUTE_MS } from "../domain/units.ts";
import { eachMinute, eachMinuteBack, unitsOf } from "./minute-series.ts";
import type { MarketFeed, TapeTrade } from "./market-feed.ts";

/** Sums and extremes of a market at an instant. Day: since 00:00 UTC. Volumes in 1e-8. Source: upbit-api 3.4. */
export type TickerState = {
  readonly last: TapeTrade;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly previousClose: number;
  readonly dayUnits: number;
  readonly dayValue: number;
  /** Part of `dayUnits` whose taker bought. */
  readonly dayBidUnits: number;
  readonly units24h: number;
  readonly value24h: number;
  readonly yearHigh: PriceOnDay;
  readonly yearLow: PriceOnDay;
};
export type PriceOnDay = { readonly price: number; readonly dayMs: number };

type Sums = { open: number | null; high: number; low: number; units: number; value: number; bidUnits: number };
const noSums = (): Sums => ({ open: null, high: -Infinity, low: Infinity, units: 0, value: 0, bidUnits: 0 });
const YEAR_MS = 364 * DAY_MS;

/** Answers the ticker at any instant. Finished minutes are summed once each; the running one every time. */
export function createTickerDesk(feed: MarketFeed): (nowMs: number) => TickerState {
  const ranges = new Map<number, DayRange>();
  let dayMs = -1;
  let summedToMs = 0;
  let day = noSums();
  let rolling = { units: 0, value: 0 };
  let previousClose: number | null = null;
  let year = { high: { price: -Infinity, dayMs: 0 }, low: { price: Infinity, dayMs: 0 } };

  function follow(nowMs: number): void {
    const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
    const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    if (today !== dayMs) {
      dayMs = today;
      summedToMs = today;
      day = noSums();
      previousClose = lastCloseBefore(feed, today);
      year = extremes(feed, [today - YEAR_MS, today], ranges);
    }
    if (minuteMs === summedToMs && rolling.units > 0) return;
    sumMinutes(feed, [summedToMs, minuteMs], day);
    summedToMs = minuteMs;
    rolling = { units: 0, value: 0 };
    eachMinute(feed.series, minuteMs - DAY_MS + MINUTE_MS, minuteMs, (columns, row) => {
      rolling.units += unitsOf(columns.volume[row]!);
      rolling.value += feed.value(columns, row);
    });
  }

  return (nowMs) => {
    follow(nowMs);
    const last = feed.lastTrade(nowMs);
    const running = feed.runningMinute(nowMs);
    const high = Math.max(day.high, running?.high ?? -Infinity, last.atMs >= dayMs ? last.price : -Infinity);
    const low = Math.min(day.low, running?.low ?? Infinity, last.atMs >= dayMs ? last.price : Infinity);
    const before = previousClose ?? day.open ?? last.price;
    const traded = high > 0;
    return {
      last,
      open: day.open ?? running?.open ?? last.price,
      high: traded ? high : last.price,
      low: traded ? low : last.price,
      previousClose: before,
      dayUnits: day.units + (running?.units ?? 0),
      dayValue: day.value + (running?.value ?? 0),
      dayBidUnits: day.bidUnits + bidUnitsSoFar(feed, nowMs),
      units24h: rolling.units + (running?.units ?? 0),
      value24h: rolling.value + (running?.value ?? 0),
      yearHigh: traded && high >= year.high.price ? { price: high, dayMs } : year.high,
      yearLow: traded && low <= year.low.price ? { price: low, dayMs } : year.low,
    };
  };
}

function sumMinutes(feed: MarketFeed, [fromMs, toMs]: readonly [number, number], sums: Sums): void {
  eachMinute(feed.series, fromMs, toMs, (columns, row) => {
    sums.open ??= columns.open[row]!;
    sums.high = Math.max(sums.high, columns.high[row]!);
    sums.low = Math.min(sums.low, columns.low[row]!);
    sums.units += unitsOf(columns.volume[row]!);
    sums.value += feed.value(columns, row);
    const { units, takerBid } = feed.path(columns, row);
    for (let at = 0; at < units.length; at++) sums.bidUnits += units[at]! * takerBid[at]!;
  });
}

function bidUnitsSoFar(feed: MarketFeed, nowMs: number): number {
  let units = 0;
  feed.eachTrade(Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - 1, nowMs, (trade) => {
    if (trade.takerSide === "bid") units += trade.units;
  });
  return units;
}

function lastCloseBefore(feed: MarketFeed, beforeMs: number): number | null {
  let close: number | null = null;
  eachMinuteBack(feed.series, beforeMs, (columns, row) => ((close = columns.close[row]!), false));
  return close;
}

type DayRange = { readonly high: number; readonly low: number };

/** Highest and lowest price of the days from `fromMs` to before `toMs`. Days are summed once each and kept in `ranges`. */
function extremes(
  feed: MarketFeed,
  [fromMs, toMs]: readonly [number, number],
  ranges: Map<number, DayRange>,
): { high: PriceOnDay; low: PriceOnDay } {
  let high: PriceOnDay = { price: -Infinity, dayMs: toMs };
  let low: PriceOnDay = { price: Infinity, dayMs: toMs };
  for (const dayMs of ranges.keys()) if (dayMs < fromMs) ranges.delete(dayMs);
  for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS) {
    const range = ranges.get(dayMs) ?? rangeOf(feed, dayMs);
    ranges.set(dayMs, range);
    if (range.high >= high.price) high = { price: range.high, dayMs };
    if (range.low <= low.price) low = { price: range.low, dayMs };
  }
  return { high, low };
}

function rangeOf(feed: MarketFeed, dayMs: number): DayRange {
  let [high, low] = [-Infinity, Infinity];
  eachMinute(feed.series, dayMs, dayMs + DAY_MS, (columns, row) => {
    high = Math.max(high, columns.high[row]!);
    low = Math.min(low, columns.low[row]!);
  });
  return { high, low };
}
