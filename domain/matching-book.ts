import { assert } from "./assert.ts";
import { Big } from "./decimal.ts";
import { baseOf, quoteOf, type Side } from "./market.ts";
import type { MarketCode } from "./market-code.ts";
import { holdingOf, type Account, type Holding } from "./matching-account.ts";
import type { MatchingEvent, MatchingOrder, OrderTerms } from "./matching-order.ts";
import type { EpochMs } from "./units.ts";

/** Liquidity that belongs to nobody here: a replayed market, best first. `size` shrinks as orders take from it. */
export type ExternalLevel = { readonly price: Big; size: Big };
export type ExternalBook = { readonly bids: readonly ExternalLevel[]; readonly asks: readonly ExternalLevel[] };

/** Resting orders of one market, best price first, oldest first at one price. */
export type OrderBook = {
  readonly market: MarketCode;
  readonly feeRate: Big;
  readonly bids: MatchingOrder[];
  readonly asks: MatchingOrder[];
};

/** Everything one step of the engine may read or change; time, names and ears come from outside. */
export type MatchingStep = {
  readonly book: OrderBook;
  readonly external: ExternalBook;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly atMs: EpochMs;
  readonly newFillId: () => string;
  /** Told of everything that happens to an order, in order. */
  readonly tell?: (event: MatchingEvent) => void;
};

/** One thing that a taker may meet: a level of the external book, or a resting order. */
export type Counter =
  | { readonly price: Big; readonly size: Big; readonly level: ExternalLevel; readonly maker: null }
  | { readonly price: Big; readonly size: Big; readonly level: null; readonly maker: MatchingOrder };

/** Price levels that the exchange shows of a side. Source: upbit-api 3.6. */
export const VISIBLE_LEVELS = 30;

export const emptyBook = (market: MarketCode, feeRate: Big): OrderBook => ({ market, feeRate, bids: [], asks: [] });

export const restingOf = (book: OrderBook, side: Side): MatchingOrder[] => (side === "bid" ? book.bids : book.asks);
/** The orders and levels that a taker on `side` meets. */
const makersOf = ({ book }: MatchingStep, side: Side) => (side === "bid" ? book.asks : book.bids);
const levelsOf = ({ external }: MatchingStep, side: Side) => (side === "bid" ? external.asks : external.bids);

/** True when a taker on `side` with `limit` accepts `price`. */
export const accepts = (side: Side, limit: Big | null, price: Big): boolean =>
  limit === null || (side === "bid" ? price.lte(limit) : price.gte(limit));

export function accountOf(step: MatchingStep, order: OrderTerms): Account {
  const account = step.accounts.get(order.accountId);
  assert(account, "an order of an account that does not exist");
  return account;
}
/** The holding that pays for an order. */
export const fundingOf = (step: MatchingStep, order: OrderTerms): Holding =>
  holdingOf(accountOf(step, order), order.side === "bid" ? quoteOf(order.market) : baseOf(order.market));

/** Everything a taker on `side` may meet, in the order it meets it: by price, and at one price the external liquidity,
 *  which was there first, then orders by age. */
export function* countersOf(step: MatchingStep, side: Side): Generator<Counter, void> {
  const makers = makersOf(step, side);
  let at = 0;
  for (const level of levelsOf(step, side)) {
    if (level.size.lte(0)) continue;
    for (; at < makers.length && !accepts(side, makers[at]!.price, level.price); at++) yield counterOf(makers[at]!);
    yield { price: level.price, size: level.size, level, maker: null };
  }
  for (; at < makers.length; at++) yield counterOf(makers[at]!);
}
const counterOf = (maker: MatchingOrder): Counter => ({
  price: maker.price!,
  size: maker.remainingVolume!,
  level: null,
  maker,
});

export const bestCounter = (step: MatchingStep, side: Side): Counter | null =>
  countersOf(step, side).next().value ?? null;

/** Total on offer to a taker on `side` in the levels that the exchange shows. Source: upbit-api 5.4. */
export function visibleDepth(step: MatchingStep, side: Side): { volume: Big; funds: Big } {
  let volume = new Big(0);
  let funds = new Big(0);
  let levels = 0;
  let shown = new Big(0);
  for (const { price, size } of countersOf(step, side)) {
    if (!shown.eq(price) && ++levels > VISIBLE_LEVELS) break;
    shown = price;
    volume = volume.plus(size);
    funds = funds.plus(price.times(size));
  }
  return { volume, funds };
}

/** Puts a waiting limit order behind all that were there at its price or better. */
export function rest(book: OrderBook, order: MatchingOrder): void {
  const side = restingOf(book, order.side);
  let from = 0;
  let to = side.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (accepts(order.side, side[middle]!.price, order.price!)) from = middle + 1;
    else to = middle;
  }
  side.splice(from, 0, order);
}

/** Takes an order off the book, if it is there. */
export function takeOff(book: OrderBook, order: MatchingOrder): void {
  const side = restingOf(book, order.side);
  const row = side.indexOf(order);
  if (row !== -1) side.splice(row, 1);
}
