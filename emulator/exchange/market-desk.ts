import { Big } from "../../domain/decimal.ts";
import { FEE_BPS } from "../../domain/fees.ts";
import { quoteOf } from "../../domain/market.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { emptyBook, sweep, type MatchingStep, type OrderBook } from "../../domain/matching.ts";
import { epochMs, type EpochMs } from "../../domain/units.ts";
import { createLiquidity, type Liquidity } from "../books/liquidity.ts";
import type { MarketFeed } from "../market/market-feed.ts";
import { tapeTop, topAfter, type TapeTop } from "../books/tape-book.ts";

/** Maker and taker alike. Source: upbit-api 5.4. */
export const feeRateOf = (market: MarketCode): Big => new Big(FEE_BPS[quoteOf(market)]).div(10_000);

/** One market where resting orders meet the tape. */
export type MarketDesk = {
  readonly feed: MarketFeed;
  readonly book: OrderBook;
  readonly liquidity: Liquidity;
  /** The tape's trades up to here were met. */
  advancedMs: EpochMs;
};
/** What a step needs beside the market's own: who owns what, names for fills, and who is told. */
export type Floor = Pick<MatchingStep, "accounts" | "newFillId" | "tell">;

/** @param sinceMs resting orders meet the tape's trades after this instant */
export const openDesk = (feed: MarketFeed, sinceMs: EpochMs): MarketDesk => ({
  feed,
  book: emptyBook(feed.market, feeRateOf(feed.market)),
  liquidity: createLiquidity(feed),
  advancedMs: sinceMs,
});

/** One step of the engine against the tape's liquidity of an instant. */
export function stepDesk<Outcome>(
  desk: MarketDesk,
  floor: Floor,
  atMs: EpochMs,
  act: (step: MatchingStep) => Outcome,
): Outcome {
  const external = desk.liquidity.open(atMs);
  const outcome = act({ ...floor, book: desk.book, external, atMs });
  desk.liquidity.close();
  return outcome;
}

/** Meets resting orders with every trade of the tape since the last time, then with the book as it stands: an order fills
 *  when the tape's opposite quote reaches its price. */
export function advanceDesk(desk: MarketDesk, floor: Floor, toMs: EpochMs): void {
  const { feed, book } = desk;
  const afterMs = desk.advancedMs;
  if (toMs <= afterMs) return;
  desk.advancedMs = toMs;
  if (book.bids.length + book.asks.length === 0) return;
  const meet = (atMs: number, top: TapeTop) => {
    const [bid, ask] = [book.bids[0], book.asks[0]];
    const reached = (bid && Number(bid.price) >= top.ask) || (ask && Number(ask.price) <= top.bid);
    if (reached) stepDesk(desk, floor, epochMs(atMs), sweep);
  };
  feed.eachTrade(afterMs, toMs, (trade) => meet(trade.atMs, topAfter(feed, trade)));
  meet(toMs, tapeTop(feed, toMs));
}
