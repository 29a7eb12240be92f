import { SECOND_MS } from "../domain/units.ts";
import { DAY_MS, MINUTE_MS } from "../domain/units.ts";
import { remix } from "./random.ts";
import { eachMinute, unitsOf } from "./minute-series.ts";
import type { MarketFeed } from "./market-feed.ts";

/** One price of the tape's book. */
export type TapeLevel = { readonly price: number; readonly units: number };
/** Liquidity around the tape's price, best first, at most 30 a side. Source: upbit-api 3.6. */
export type TapeBook = { readonly asks: readonly TapeLevel[]; readonly bids: readonly TapeLevel[] };
/** Best prices alone: cheap enough to ask after every trade. */
export type TapeTop = { readonly ask: number; readonly bid: number };

export const BOOK_DEPTH = 30;
/** Sizes are drawn anew each second of market time: what orders took is there again then. */
export const BOOK_REFRESH_MS = SECOND_MS;
/** Chance, of 256, that the spread is two and three ticks wide instead of one. */
const WIDE_SPREAD = [40, 8] as const;
/** Size of a level in parts of a mean minute's volume: at the best price, and more with each level behind it. */
const BEST_SHARE = 0.15;
const DEEPER_SHARE = 0.02;

/** The book's refresh that `nowMs` belongs to. */
export const refreshOf = (nowMs: number): number => Math.floor(nowMs / BOOK_REFRESH_MS);

/** The last trade stands on one side of the book: a buyer hit the ask, a seller the bid. The other side is a spread
 *  away, so that the next trade of the other kind bounces. */
export function tapeTop(feed: MarketFeed, nowMs: number): TapeTop {
  const last = feed.lastTrade(nowMs);
  const draw = remix(feed.hash ^ 4, last.atMs) & 255;
  const spreadTicks = draw < WIDE_SPREAD[1] ? 3 : draw < WIDE_SPREAD[0] ? 2 : 1;
  return last.takerSide === "bid"
    ? { ask: last.price, bid: feed.grid.step(last.price, -spreadTicks) }
    : { bid: last.price, ask: feed.grid.step(last.price, spreadTicks) };
}

/** @param meanMinuteUnits volume of a mean minute, see `meanMinuteUnits` */
export function tapeBook(feed: MarketFeed, nowMs: number, meanMinuteUnits: number): TapeBook {
  const top = tapeTop(feed, nowMs);
  const hash = remix(feed.hash ^ 5, refreshOf(nowMs));
  return { asks: side(top.ask, 1), bids: side(top.bid, -1) };

  function side(best: number, step: 1 | -1): TapeLevel[] {
    const levels: TapeLevel[] = [];
    let price = best;
    for (let depth = 0; depth < BOOK_DEPTH; depth++) {
      // By price, not by depth: a level keeps its size while the book moves within one refresh.
      const draw = remix(hash ^ step, Math.round(price / feed.grid.tickAt(price))) / 4_294_967_296;
      const share = (BEST_SHARE + DEEPER_SHARE * depth) * -Math.log(1 - draw * 0.98) + 0.01;
      levels.push({ price, units: Math.max(1, Math.round(meanMinuteUnits * share)) });
      const next = feed.grid.step(price, step);
      if (next === price) break;
      price = next;
    }
    return levels;
  }
}

/** Mean volume of a minute over the day before the one that holds `nowMs`, in 1e-8; constant within a day. */
export function meanMinuteUnits(feed: MarketFeed, nowMs: number): number {
  const dayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const fromMs = Math.max(feed.series.firstMs, dayMs - DAY_MS);
  let units = 0;
  let rows = 0;
  // A market younger than a day is measured by its first hour.
  const toMs = dayMs > fromMs ? dayMs : fromMs + 60 * MINUTE_MS;
  eachMinute(feed.series, fromMs, toMs, (columns, row) => {
    units += unitsOf(columns.volume[row]!);
    rows += 1;
  });
  return rows === 0 ? 1e8 : units / rows;
}
