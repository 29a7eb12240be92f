import { Big, decimalFromQuote, decimalText } from "../../domain/decimal.ts";
import { quoteOf, tickSize } from "../../domain/market.ts";
import { remix } from "../market/random.ts";
import type { MarketFeed } from "../market/market-feed.ts";
import { BOOK_DEPTH, refreshOf, type BookSide, type TapeBook, type TapeLevel } from "./tape-book.ts";

/** Widths that a market's book can be gathered by, `"0"` for its native ticks: the tick tenfold as often as it stays
 *  below the price, in won markets. Source: upbit-api 3.6, 3.7. */
export function supportedLevels(feed: MarketFeed, price: number): string[] {
  const levels = ["0"];
  const quote = quoteOf(feed.market);
  if (quote !== "KRW") return levels;
  const last = decimalFromQuote(price);
  for (let level = tickSize(quote, last).times(10); level.lte(last); level = level.times(10))
    levels.push(decimalText(level));
  return levels;
}

/** Seconds that the guessed size of a gathered level beyond the visible ones stands. */
const GUESS_SECONDS = 12;

/** The book gathered into levels of `width`: asks at the upper end of theirs, bids at the lower. Levels beyond the
 *  visible native ones hold what such a stretch holds on average, more or less. */
export function groupedBook(feed: MarketFeed, book: TapeBook, width: string, nowMs: number): TapeBook {
  if (width === "0") return book;
  const step = new Big(width);
  return { asks: gather("ask", book.asks), bids: gather("bid", book.bids) };

  function gather(side: BookSide, native: readonly TapeLevel[]): TapeLevel[] {
    const sign = side === "ask" ? 1 : -1;
    const rounding = side === "ask" ? Big.roundUp : Big.roundDown;
    const sums = new Map<number, number>();
    for (const { price, units } of native) {
      const level = Number(decimalFromQuote(price).div(step).round(0, rounding));
      sums.set(level, (sums.get(level) ?? 0) + units);
    }
    const mean = native.reduce((sum, { units }) => sum + units, 0) / Math.max(1, native.length);
    const best = [...sums.keys()][0] ?? 0;
    const last = [...sums.keys()].at(-1) ?? best;
    const levels: TapeLevel[] = [];
    for (let at = 0; at < BOOK_DEPTH; at++) {
      const level = best + sign * at;
      const price = Number(step.times(level));
      if (level <= 0) break;
      const inside = sign * (last - level) > 0;
      const ticks = Number(step.div(tickSize(quoteOf(feed.market), step.times(level))));
      const seen = sums.get(level) ?? 0;
      // The last native level ends somewhere within its group: the rest of that group is guessed, too.
      const units = inside ? seen : Math.max(seen, guess(feed, { level: sign * level, mean: mean * ticks, nowMs }));
      if (units > 0) levels.push({ price, units });
    }
    return levels;
  }
}

function guess(feed: MarketFeed, { level, mean, nowMs }: { level: number; mean: number; nowMs: number }): number {
  const second = Math.floor(refreshOf(nowMs) / GUESS_SECONDS);
  const draw = remix(remix(feed.hash ^ 13, second), level) / 4_294_967_296;
  return Math.max(1, Math.round(mean * (0.6 + 0.8 * draw)));
}
