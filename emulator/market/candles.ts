import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { eachBarBack, mergeOlder, type Bar } from "./bars.ts";
import { valueOfTrade } from "./minute-path.ts";
import type { MarketFeed } from "./market-feed.ts";

/** Width of a candle in milliseconds, or a calendar one. Weeks begin on Monday. Source: upbit-api 3.2, 9.18. */
export type CandleWidth = number | "week" | "month" | "year";

/** Which candles: those that start before `beforeMs`, as the market stands at `nowMs`. */
export type CandleQuestion = {
  readonly intervalMs: CandleWidth;
  readonly beforeMs: number;
  readonly nowMs: number;
  readonly count: number;
};

/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
/** Months that candles of a second reach back. Source: upbit-api 3.2. */
const SECONDS_REACH_MONTHS = 3;

/** Start of the candle that holds `ms`. */
export function candleStart(ms: number, width: CandleWidth): number {
  if (typeof width === "number") return Math.floor(ms / width) * width;
  if (width === "week") return Math.floor((ms - FIRST_MONDAY_MS) / (7 * DAY_MS)) * 7 * DAY_MS + FIRST_MONDAY_MS;
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), width === "month" ? date.getUTCMonth() : 0);
}

/** Start of the next candle. */
function candleEnd(startMs: number, width: CandleWidth): number {
  if (typeof width === "number") return startMs + width;
  if (width === "week") return startMs + 7 * DAY_MS;
  const date = new Date(startMs);
  return width === "month"
    ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
    : Date.UTC(date.getUTCFullYear() + 1, 0);
}

/** Newest first, the running candle included, intervals without a trade left out. Source: upbit-api 3.2. */
export function candlesBefore(feed: MarketFeed, question: CandleQuestion): Bar[] {
  const { intervalMs: width, beforeMs, nowMs, count } = question;
  if (width === SECOND_MS) return secondsBefore(feed, question);
  const bars: Bar[] = [];
  const add = (bar: Bar): boolean => {
    const openTimeMs = candleStart(bar.openTimeMs, width);
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
  const endMs = candleEnd(candleStart(beforeMs - 1, width), width);
  const running = endMs > nowMs ? feed.runningMinute(nowMs) : null;
  if (running) add(running);
  const closedMs = Math.min(endMs, Math.floor(nowMs / MINUTE_MS) * MINUTE_MS);
  if (typeof width === "number" && width < DAY_MS) {
    eachBarBack(feed, [closedMs, width], add);
    return bars;
  }
  const todayMs = Math.floor(closedMs / DAY_MS) * DAY_MS;
  let more = true;
  eachBarBack(feed, [closedMs, DAY_MS], (bar) => bar.openTimeMs >= todayMs && (more = add(bar)));
  if (more) eachDayBack(feed, todayMs, add);
  return bars;
}

/** Finished days before `beforeMs`, newest first. */
export function eachDayBack(feed: MarketFeed, beforeMs: number, visit: (bar: Bar) => boolean): void {
  let before = beforeMs;
  while (before > feed.series.firstMs) {
    const dayMs = Math.floor((before - 1) / DAY_MS) * DAY_MS;
    const bar = feed.day(dayMs);
    if (bar && !visit({ ...bar })) return;
    // Years without a trade are passed in one step.
    const silentMs = bar ? dayMs : Math.ceil((feed.series.blockAt(dayMs)?.fromMs ?? dayMs) / DAY_MS) * DAY_MS;
    before = Math.min(dayMs, silentMs);
  }
}

/** Candles of a second straight from the trades; none older than three months. Source: upbit-api 3.2. */
function secondsBefore(feed: MarketFeed, { beforeMs, nowMs, count }: CandleQuestion): Bar[] {
  const reach = new Date(nowMs);
  reach.setUTCMonth(reach.getUTCMonth() - SECONDS_REACH_MONTHS);
  const fromMs = reach.getTime();
  const bars: Bar[] = [];
  let endMs = Math.min(nowMs + 1, Math.ceil(beforeMs / SECOND_MS) * SECOND_MS);
  while (bars.length <= count) {
    const trades = feed.tradesBefore(endMs, fromMs, count);
    for (const { atMs, price, units } of trades) {
      const bar: Bar = {
        openTimeMs: candleStart(atMs, SECOND_MS),
        open: price,
        high: price,
        low: price,
        close: price,
        units: BigInt(units),
        value: valueOfTrade(price, units),
        lastTradeMs: atMs,
      };
      const newest = bars.at(-1);
      if (newest?.openTimeMs === bar.openTimeMs) mergeOlder(newest, bar);
      else bars.push(bar);
    }
    if (trades.length < count) break;
    endMs = trades.at(-1)!.atMs;
  }
  return bars.slice(0, count);
}
