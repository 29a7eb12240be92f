import { DAY_MS, MINUTE_MS } from "../../domain/units.ts";
import { eachDayBack } from "./candles.ts";
import { mergeOlder, sumOf, type Bar } from "./bars.ts";
import type { MarketFeed, TapeTrade } from "./market-feed.ts";
import { eachMinute } from "./minute-series.ts";

/** Sums and extremes of a market at an instant. Day: since 00:00 UTC. Volumes in 1e-8 of the base currency, values in
 *  1e-16 of the quote currency. Source: upbit-api 3.4. */
export type TickerState = {
  readonly last: TapeTrade;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly previousClose: number;
  readonly dayUnits: bigint;
  readonly dayValue: bigint;
  /** Part of `dayUnits` whose taker bought: asked of each trade, so only when it is read. */
  readonly dayBidUnits: () => bigint;
  readonly units24h: bigint;
  readonly value24h: bigint;
  readonly yearHigh: PriceOnDay;
  readonly yearLow: PriceOnDay;
};
export type PriceOnDay = { readonly price: number; readonly dayMs: number };

/** 52 weeks. */
const YEAR_MS = 364 * DAY_MS;

type Followed = {
  readonly dayMs: number;
  readonly previousClose: number | null;
  readonly yearHigh: PriceOnDay;
  readonly yearLow: PriceOnDay;
  /** Finished minutes of the day up to `minuteMs`. */
  minuteMs: number;
  day: Bar | null;
  /** What is left of yesterday within the 24 hours that end with the running minute. */
  rest: Amount;
};
type Amount = { readonly units: bigint; readonly value: bigint };

/** Answers the ticker at any instant. Finished minutes are summed once each; the running one every time. */
export function createTickerDesk(feed: MarketFeed): (nowMs: number) => TickerState {
  let followed: Followed | null = null;
  const bidUnits = createBidUnits(feed);
  const follow = (nowMs: number): Followed => {
    const dayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
    const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    if (followed?.dayMs !== dayMs || minuteMs < followed.minuteMs) followed = beginDay(feed, dayMs);
    if (minuteMs > followed.minuteMs) {
      const fresh = sumOf(feed, followed.minuteMs, minuteMs);
      if (fresh && followed.day) mergeOlder(fresh, followed.day);
      followed.day = fresh ?? followed.day;
      followed.rest = restOf(feed, followed.rest, [followed.minuteMs, minuteMs, dayMs]);
      followed.minuteMs = minuteMs;
    }
    return followed;
  };
  return (nowMs) => {
    const { dayMs, day, rest, previousClose, ...year } = follow(nowMs);
    const last = feed.lastTrade(nowMs);
    const running = feed.runningMinute(nowMs);
    const today = [day, running].filter((bar) => bar !== null);
    const high = today.length === 0 ? last.price : Math.max(...today.map((bar) => bar.high));
    const low = today.length === 0 ? last.price : Math.min(...today.map((bar) => bar.low));
    const open = today[0]?.open ?? last.price;
    const traded = today.length > 0;
    return {
      last,
      open,
      high,
      low,
      previousClose: previousClose ?? open,
      dayUnits: (day?.units ?? 0n) + (running?.units ?? 0n),
      dayValue: (day?.value ?? 0n) + (running?.value ?? 0n),
      dayBidUnits: () => bidUnits(nowMs),
      units24h: rest.units + (day?.units ?? 0n) + (running?.units ?? 0n),
      value24h: rest.value + (day?.value ?? 0n) + (running?.value ?? 0n),
      yearHigh: traded && high >= year.yearHigh.price ? { price: high, dayMs } : year.yearHigh,
      yearLow: traded && low <= year.yearLow.price ? { price: low, dayMs } : year.yearLow,
    };
  };
}

function beginDay(feed: MarketFeed, dayMs: number): Followed {
  let previousClose: number | null = null;
  let yearHigh: PriceOnDay = { price: -Infinity, dayMs };
  let yearLow: PriceOnDay = { price: Infinity, dayMs };
  eachDayBack(feed, dayMs, (bar) => {
    // A market that was silent for a year has the extremes of the last day that it traded on.
    if (previousClose !== null && bar.openTimeMs < dayMs - YEAR_MS) return false;
    previousClose ??= bar.close;
    // Of equal extremes the latest counts, as today's would.
    if (bar.high > yearHigh.price) yearHigh = { price: bar.high, dayMs: bar.openTimeMs };
    if (bar.low < yearLow.price) yearLow = { price: bar.low, dayMs: bar.openTimeMs };
    return true;
  });
  const yesterday = feed.day(dayMs - DAY_MS) ?? NOTHING;
  const rest = restOf(feed, yesterday, [dayMs - MINUTE_MS, dayMs, dayMs]);
  return { dayMs, previousClose, yearHigh, yearLow, minuteMs: dayMs, day: null, rest };
}

const NOTHING: Amount = { units: 0n, value: 0n };

/** Takes out of yesterday's rest what leaves the 24 hours while the running minute moves on. */
function restOf(feed: MarketFeed, { units, value }: Amount, [fromMs, toMs, dayMs]: readonly number[]): Amount {
  const leaves = (minuteMs: number) => Math.min(minuteMs - DAY_MS + MINUTE_MS, dayMs!);
  const left = sumOf(feed, leaves(fromMs!), leaves(toMs!)) ?? NOTHING;
  return { units: units - left.units, value: value - left.value };
}

/** Counts what buyers took since the day began; finished minutes once each. */
function createBidUnits(feed: MarketFeed): (nowMs: number) => bigint {
  let [dayMs, minuteMs, counted] = [-1, -1, 0n];
  const between = (fromMs: number, toMs: number): bigint => {
    let units = 0n;
    eachMinute(feed.series, fromMs, toMs, (columns, row) => {
      const path = feed.path(columns, row);
      let bought = 0;
      for (let at = 0; at < path.units.length; at++) bought += path.units[at]! * path.takerBid[at]!;
      units += BigInt(bought);
    });
    return units;
  };
  return (nowMs) => {
    const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
    const minute = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    if (today !== dayMs || minute < minuteMs) [dayMs, minuteMs, counted] = [today, today, 0n];
    counted += between(minuteMs, minute);
    minuteMs = minute;
    let running = 0n;
    feed.eachTrade(minute - 1, nowMs, ({ takerSide, units }) => {
      if (takerSide === "bid") running += BigInt(units);
    });
    return counted + running;
  };
}
