import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { remix } from "../market/random.ts";
import { eachDayBack } from "../market/candles.ts";
import type { MarketFeed, TapeTrade } from "../market/market-feed.ts";

/** One price of the tape's book. */
export type TapeLevel = { readonly price: number; readonly units: number };
/** Liquidity around the tape's price, best first, at most 30 a side. Source: upbit-api 3.6. */
export type TapeBook = { readonly asks: readonly TapeLevel[]; readonly bids: readonly TapeLevel[] };
/** Best prices alone: cheap enough to ask after every trade. */
export type TapeTop = { readonly ask: number; readonly bid: number };
export type BookSide = "ask" | "bid";

export const BOOK_DEPTH = 30;
/** Nothing in the book but trades changes within a second of market time. */
export const BOOK_REFRESH_MS = SECOND_MS;
/** A level's size is drawn anew this often, each level in a second of its own: what was taken is there again then. */
const LEVEL_LIFE_SECONDS = 12;
/** Chance, of 256, that the spread is two and three ticks wide instead of one. */
const WIDE_SPREAD = [40, 8] as const;
/** Mean size of a level in parts of a mean minute's volume. */
const LEVEL_SHARE = 0.2;

/** The second that `nowMs` belongs to. */
export const refreshOf = (nowMs: number): number => Math.floor(nowMs / BOOK_REFRESH_MS);

/** Number of a price among the market's ticks, and with it of its level. */
const nameOf = (feed: MarketFeed, price: number): number => Math.round(price / feed.grid.tickAt(price));

/** When the present size of a level was drawn. */
export function levelBegan(feed: MarketFeed, side: BookSide, [price, nowMs]: readonly [number, number]): number {
  const phase = remix(feed.hash ^ (side === "ask" ? 11 : 12), nameOf(feed, price)) % LEVEL_LIFE_SECONDS;
  const second = refreshOf(nowMs);
  return (second - ((second + phase) % LEVEL_LIFE_SECONDS)) * SECOND_MS;
}

/** The last trade stands on one side of the book: a buyer hit the ask, a seller the bid. The other side is a spread
 *  away, so that the next trade of the other kind bounces. */
export function tapeTop(feed: MarketFeed, nowMs: number): TapeTop {
  return topAfter(feed, feed.lastTrade(nowMs));
}

/** The best prices that a trade leaves. */
export function topAfter(feed: MarketFeed, last: TapeTrade): TapeTop {
  const draw = remix(feed.hash ^ 4, last.atMs % 0x7fffffff) & 255;
  const spreadTicks = draw < WIDE_SPREAD[1] ? 3 : draw < WIDE_SPREAD[0] ? 2 : 1;
  return last.takerSide === "bid"
    ? { ask: last.price, bid: feed.grid.step(last.price, -spreadTicks) }
    : { bid: last.price, ask: feed.grid.step(last.price, spreadTicks) };
}

/** The book at an instant. A level keeps its size while it lives; each trade of the tape takes its volume from the level
 *  it hit, and a level that was eaten up is filled again with what it held, as often as the trade needs.
 *  @param meanMinuteUnits volume of a mean minute, see `meanMinuteUnits` */
export function tapeBook(feed: MarketFeed, nowMs: number, meanMinuteUnits: number): TapeBook {
  const top = tapeTop(feed, nowMs);
  const eaten = eatenLately(feed, nowMs);
  return { asks: side("ask", top.ask), bids: side("bid", top.bid) };

  function side(name: BookSide, best: number): TapeLevel[] {
    const levels: TapeLevel[] = [];
    const sign = name === "ask" ? 1 : -1;
    let price = best;
    for (let depth = 0; depth < BOOK_DEPTH; depth++) {
      const began = levelBegan(feed, name, [price, nowMs]);
      const size = levelSize(feed, [sign * nameOf(feed, price), began], meanMinuteUnits);
      levels.push({ price, units: size - ((eaten.get(sign * price) ?? 0) % size) });
      const next = feed.grid.step(price, sign);
      if (next === price) break;
      price = next;
    }
    return levels;
  }
}

function levelSize(feed: MarketFeed, [name, beganMs]: readonly [number, number], meanMinuteUnits: number): number {
  const draw = remix(remix(feed.hash ^ 5, beganMs / SECOND_MS), name) / 4_294_967_296;
  return Math.max(1, Math.round(meanMinuteUnits * (LEVEL_SHARE * -Math.log(1 - draw * 0.98) + 0.01)));
}

/** What the tape's trades took from levels that live still: asks under their price, bids under its negative. */
function eatenLately(feed: MarketFeed, nowMs: number): Map<number, number> {
  const eaten = new Map<number, number>();
  feed.eachTrade(nowMs - LEVEL_LIFE_SECONDS * SECOND_MS, nowMs, ({ atMs, price, units, takerSide }) => {
    const side = takerSide === "bid" ? "ask" : "bid";
    if (atMs < levelBegan(feed, side, [price, nowMs])) return;
    const key = side === "ask" ? price : -price;
    eaten.set(key, (eaten.get(key) ?? 0) + units);
  });
  return eaten;
}

/** Mean volume of a minute over the latest finished day with trades before the one that holds `nowMs`, in 1e-8; constant
 *  within a day. */
export function meanMinuteUnits(feed: MarketFeed, nowMs: number): number {
  let mean = 0;
  eachDayBack(feed, Math.floor(nowMs / DAY_MS) * DAY_MS, (day) => {
    const minutes = (day.openTimeMs + DAY_MS - Math.max(day.openTimeMs, feed.series.firstMs)) / MINUTE_MS;
    mean = Number(day.units) / minutes;
    return false;
  });
  // A market younger than a day is measured by its last trade.
  return mean > 0 ? mean : Math.max(1, feed.lastTrade(nowMs).units * 8);
}
