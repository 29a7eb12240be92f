import { Big, decimalFromQuote } from "../../domain/decimal.ts";
import type { ExternalBook, ExternalLevel, OrderBook } from "../../domain/matching.ts";
import type { MatchingOrder } from "../../domain/matching-order.ts";
import { DAY_MS } from "../../domain/units.ts";
import { UNITS_PER_COIN } from "../market/minute-series.ts";
import {
  BOOK_DEPTH,
  levelBegan,
  meanMinuteUnits,
  refreshOf,
  tapeBook,
  type BookSide,
  type TapeBook,
  type TapeLevel,
} from "./tape-book.ts";
import type { MarketFeed } from "../market/market-feed.ts";

/** The tape's book as the matching engine's counterparty. What orders took stays taken while the level lives. */
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
  /** Asks under their price, bids under its negative. */
  const taken = new Map<number, { units: number; beganMs: number }>();
  let opened: { asks: OpenLevel[]; bids: OpenLevel[]; nowMs: number } = { asks: [], bids: [], nowMs: 0 };
  let mean = { dayMs: -1, units: 0 };
  let latest: { key: string; book: TapeBook } = { key: "", book: { asks: [], bids: [] } };

  const meanUnits = (nowMs: number): number => {
    const dayMs = Math.floor(nowMs / DAY_MS);
    if (mean.dayMs !== dayMs) mean = { dayMs, units: meanMinuteUnits(feed, nowMs) };
    return mean.units;
  };
  /** Hundreds of subscribers ask for one and the same book. */
  const whole = (nowMs: number): TapeBook => {
    const key = `${refreshOf(nowMs)} ${feed.lastTrade(nowMs).atMs}`;
    if (latest.key !== key) latest = { key, book: tapeBook(feed, nowMs, meanUnits(nowMs)) };
    return latest.book;
  };
  const keyOf = (side: BookSide, price: number): number => (side === "ask" ? price : -price);
  const left = (levels: readonly TapeLevel[], side: BookSide): TapeLevel[] =>
    levels
      .map(({ price, units }) => ({ price, units: units - (taken.get(keyOf(side, price))?.units ?? 0) }))
      .filter(({ units }) => units > 0);
  const visible = (nowMs: number): TapeBook => {
    const { asks, bids } = whole(nowMs);
    for (const [key, { beganMs }] of taken)
      if (levelBegan(feed, key > 0 ? "ask" : "bid", [Math.abs(key), nowMs]) !== beganMs) taken.delete(key);
    return taken.size === 0 ? { asks, bids } : { asks: left(asks, "ask"), bids: left(bids, "bid") };
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
      return (opened = { asks: book.asks.map(exact), bids: book.bids.map(exact), nowMs });
    },
    close: () => {
      const remember =
        (side: BookSide) =>
        ({ price, size, units }: OpenLevel): void => {
          const took = units - Number(size.times(COIN_UNITS));
          if (took <= 0) return;
          const key = keyOf(side, Number(price));
          const beganMs = levelBegan(feed, side, [Number(price), opened.nowMs]);
          taken.set(key, { units: (taken.get(key)?.units ?? 0) + took, beganMs });
        };
      opened.asks.forEach(remember("ask"));
      opened.bids.forEach(remember("bid"));
      opened = { asks: [], bids: [], nowMs: 0 };
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
