import { Big, decimalFromQuote } from "../domain/decimal.ts";
import type { ExternalBook, ExternalLevel, OrderBook } from "../domain/matching.ts";
import type { MatchingOrder } from "../domain/matching-order.ts";
import { DAY_MS } from "../domain/units.ts";
import { UNITS_PER_COIN } from "./minute-series.ts";
import { BOOK_DEPTH, meanMinuteUnits, refreshOf, tapeBook, type TapeBook, type TapeLevel } from "./tape-book.ts";
import type { MarketFeed } from "./market-feed.ts";

/** The tape's book as the matching engine's counterparty. What orders took stays taken until the book's next refresh. */
export type Liquidity = {
  /** Sizes that are left, as numbers to show. */
  visible(nowMs: number): TapeBook;
  /** The same as exact decimals, for one step of the engine. */
  open(nowMs: number): ExternalBook;
  /** Remembers what the step took out of the book that `open` gave last. */
  close(): void;
};

const COIN_UNITS = new Big(UNITS_PER_COIN);
type OpenLevel = ExternalLevel & { readonly units: number };

export function createLiquidity(feed: MarketFeed): Liquidity {
  let refresh = -1;
  let taken = new Map<number, number>();
  let opened: { asks: OpenLevel[]; bids: OpenLevel[] } = { asks: [], bids: [] };
  let mean = { dayMs: -1, units: 0 };

  const meanUnits = (nowMs: number): number => {
    const dayMs = Math.floor(nowMs / DAY_MS);
    if (mean.dayMs !== dayMs) mean = { dayMs, units: meanMinuteUnits(feed, nowMs) };
    return mean.units;
  };
  /** Asks under their price, bids under its negative. */
  const less =
    (sign: 1 | -1) =>
    ({ price, units }: TapeLevel): TapeLevel => ({ price, units: units - (taken.get(sign * price) ?? 0) });
  const visible = (nowMs: number): TapeBook => {
    if (refreshOf(nowMs) !== refresh) {
      refresh = refreshOf(nowMs);
      taken = new Map();
    }
    const { asks, bids } = tapeBook(feed, nowMs, meanUnits(nowMs));
    const some = (level: TapeLevel) => level.units > 0;
    if (taken.size === 0) return { asks, bids };
    return { asks: asks.map(less(1)).filter(some), bids: bids.map(less(-1)).filter(some) };
  };
  return {
    visible,
    open: (nowMs) => {
      const book = visible(nowMs);
      const exact = ({ price, units }: TapeLevel): OpenLevel => ({
        price: decimalFromQuote(price),
        size: new Big(units).div(COIN_UNITS),
        units,
      });
      return (opened = { asks: book.asks.map(exact), bids: book.bids.map(exact) });
    },
    close: () => {
      const remember =
        (sign: 1 | -1) =>
        ({ price, size, units }: OpenLevel): void => {
          const took = units - Number(size.times(COIN_UNITS));
          const name = sign * Number(price);
          if (took > 0) taken.set(name, (taken.get(name) ?? 0) + took);
        };
      opened.asks.forEach(remember(1));
      opened.bids.forEach(remember(-1));
      opened = { asks: [], bids: [] };
    },
  };
}

/** The book that everyone sees: the tape's sizes and the resting orders, best first, 30 levels a side. */
export function mergedBook(visible: TapeBook, book: OrderBook): TapeBook {
  const merge = (levels: readonly TapeLevel[], orders: readonly MatchingOrder[], sign: 1 | -1): TapeLevel[] => {
    if (orders.length === 0) return levels.slice(0, BOOK_DEPTH);
    const units = new Map(levels.map((level) => [level.price, level.units]));
    for (const order of orders) {
      const price = Number(order.price);
      units.set(price, (units.get(price) ?? 0) + Number(order.remainingVolume!.times(COIN_UNITS)));
    }
    const all = [...units].map(([price, size]) => ({ price, units: size }));
    return all.toSorted((a, b) => sign * (a.price - b.price)).slice(0, BOOK_DEPTH);
  };
  return { asks: merge(visible.asks, book.asks, 1), bids: merge(visible.bids, book.bids, -1) };
}
