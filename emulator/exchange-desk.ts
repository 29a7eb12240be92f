import { randomUUID } from "node:crypto";
import { Big } from "../domain/decimal.ts";
import { emptyBook, sweep, type MatchingStep, type OrderBook } from "../domain/matching.ts";
import type { Account } from "../domain/matching-account.ts";
import { DEFAULT_FEE_BPS } from "../domain/fees.ts";
import { epochMs, type EpochMs } from "../domain/units.ts";
import { createLiquidity, type Liquidity } from "./liquidity.ts";
import type { MarketFeed } from "./market-feed.ts";
import { tapeTop } from "./tape-book.ts";

/** Maker and taker alike. Source: upbit-api 5.4. */
export const FEE_RATE = new Big(DEFAULT_FEE_BPS).div(10_000);

/** One market where resting orders meet the tape. */
export type Desk = {
  readonly feed: MarketFeed;
  readonly book: OrderBook;
  readonly liquidity: Liquidity;
  readonly accounts: ReadonlyMap<string, Account>;
  /** The tape's trades up to here were met. */
  advancedMs: EpochMs;
};

export const openDesk = (feed: MarketFeed, accounts: ReadonlyMap<string, Account>, nowMs: EpochMs): Desk => ({
  feed,
  book: emptyBook(feed.market, FEE_RATE),
  liquidity: createLiquidity(feed),
  accounts,
  advancedMs: nowMs,
});

/** One step of the engine against the tape's liquidity of an instant. */
export function stepDesk<Outcome>(desk: Desk, atMs: EpochMs, act: (step: MatchingStep) => Outcome): Outcome {
  const { book, accounts, liquidity } = desk;
  const external = liquidity.open(atMs);
  const outcome = act({ book, external, accounts, atMs, newFillId: randomUUID });
  liquidity.close();
  return outcome;
}

/** Meets resting orders with every trade of the tape since the last time, then with the book as it stands: an order fills
 *  when the tape's opposite quote reaches its price. @returns whether anything was filled */
export function advanceDesk(desk: Desk, toMs: EpochMs): boolean {
  const { feed, book } = desk;
  const afterMs = desk.advancedMs;
  if (toMs <= afterMs) return false;
  desk.advancedMs = toMs;
  if (book.bids.length + book.asks.length === 0) return false;
  let filled = false;
  const meet = (atMs: number) => {
    const top = tapeTop(feed, atMs);
    const reached = book.bids[0]?.price!.gte(top.ask) || book.asks[0]?.price!.lte(top.bid);
    if (!reached) return;
    filled = true;
    stepDesk(desk, epochMs(atMs), sweep);
  };
  feed.eachTrade(afterMs, toMs, ({ atMs }) => meet(atMs));
  meet(toMs);
  return filled;
}
