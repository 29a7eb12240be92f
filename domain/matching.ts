import { assert } from "./assert.ts";
import { Big, quantityFor } from "./decimal.ts";
import { baseOf, quoteOf, type Side } from "./market.ts";
import type { MarketCode } from "./market-code.ts";
import { holdingOf, lock, receive, receiveBought, spendLocked, unlock, type Account } from "./matching-account.ts";
import { newOrder, reservationOf, type MatchingOrder, type OrderTerms } from "./matching-order.ts";
import { fail, ok, type Result } from "./result.ts";
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

/** Everything one step of the engine may read or change; time and names come from outside. */
export type MatchingStep = {
  readonly book: OrderBook;
  readonly external: ExternalBook;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly atMs: EpochMs;
  readonly newFillId: () => string;
};

export const emptyBook = (market: MarketCode, feeRate: Big): OrderBook => ({ market, feeRate, bids: [], asks: [] });

type Counter =
  | { readonly price: Big; readonly size: Big; readonly level: ExternalLevel; readonly maker: null }
  | { readonly price: Big; readonly size: Big; readonly level: null; readonly maker: MatchingOrder };

const ZERO = new Big(0);
const least = (a: Big, b: Big): Big => (a.lt(b) ? a : b);
const accountOf = (step: MatchingStep, order: OrderTerms): Account => {
  const account = step.accounts.get(order.accountId);
  assert(account, "an order of an account that does not exist");
  return account;
};
const fundingOf = (step: MatchingStep, order: OrderTerms) =>
  holdingOf(accountOf(step, order), order.side === "bid" ? quoteOf(order.market) : baseOf(order.market));
const restingOf = (book: OrderBook, side: Side): MatchingOrder[] => (side === "bid" ? book.bids : book.asks);
/** True when a taker on `side` with `limit` accepts `price`. */
const accepts = (side: Side, limit: Big | null, price: Big): boolean =>
  limit === null || (side === "bid" ? price.lte(limit) : price.gte(limit));

/** Ties up an order's funds and makes its record; it is not matched yet. Source: upbit-api 4.4. */
export function reserve(step: MatchingStep, terms: OrderTerms): Result<MatchingOrder, "insufficient-funds"> {
  const funding = fundingOf(step, terms);
  const { locked } = reservationOf(terms, step.book.feeRate);
  if (funding.free.lt(locked)) return fail("insufficient-funds");
  lock(funding, locked);
  return ok(newOrder(terms, step.book.feeRate));
}

/** Matches a reserved order as taker by price, then time; at one price the external liquidity was there first. What is
 *  left rests (limit) or ends in `cancel`. Source: upbit-api 4.3, 7 "Market buy result". */
export function match(step: MatchingStep, order: MatchingOrder): void {
  const limit = limitOf(step, order);
  if (refusedWhole(step, order, limit)) return close(step, order, "cancel");
  for (;;) {
    const counter = bestCounter(step, order.side);
    if (!counter || !accepts(order.side, limit, counter.price)) break;
    if (counter.maker?.accountId === order.accountId && order.selfMatch !== "none") {
      preventSelfMatch(step, order, counter.maker);
      if (order.state !== "wait") return;
      continue;
    }
    const volume = least(counter.size, wanted(order, counter.price));
    if (volume.eq(0)) break;
    trade(step, order, counter, volume);
    if (order.state !== "wait") return;
  }
  if (order.type === "limit" && order.timeInForce !== "ioc") return rest(step.book, order);
  close(step, order, "cancel");
}

/** Fills resting orders that the external book has reached, each at its own price and no further than the sizes offered
 *  at or beyond it. A touch from the same side does not fill: others stood there before. */
export function sweep(step: MatchingStep): void {
  for (const side of ["bid", "ask"] as const) {
    const levels = side === "bid" ? step.external.asks : step.external.bids;
    for (const order of restingOf(step.book, side).slice()) {
      for (const level of levels) {
        if (order.state !== "wait" || !accepts(side, order.price, level.price)) break;
        const volume = least(level.size, order.remainingVolume!);
        if (volume.eq(0)) continue;
        level.size = level.size.minus(volume);
        settle(step, order, { price: order.price!, volume, isMaker: true });
      }
    }
  }
}

/** Takes a resting order off the book and gives back what it tied up. */
export function cancelResting(step: MatchingStep, order: MatchingOrder): void {
  assert(order.state === "wait", "only a waiting order can be cancelled");
  close(step, order, "cancel");
}

/** Total on offer to a taker on `side`, external liquidity alone: what the exchange shows. */
export function visibleDepth(external: ExternalBook, side: Side): { volume: Big; funds: Big } {
  const levels = side === "bid" ? external.asks : external.bids;
  return levels.reduce(
    (sum, { price, size }) => ({ volume: sum.volume.plus(size), funds: sum.funds.plus(price.times(size)) }),
    { volume: ZERO, funds: ZERO },
  );
}

function limitOf(step: MatchingStep, order: MatchingOrder): Big | null {
  if (order.type === "limit") return order.price;
  if (order.type === "best") return bestCounter(step, order.side)?.price ?? null;
  return null;
}

/** post_only that would take, and fok that cannot be filled at once. */
function refusedWhole(step: MatchingStep, order: MatchingOrder, limit: Big | null): boolean {
  const counters = countersOf(step, order.side).filter(({ price }) => accepts(order.side, limit, price));
  if (order.timeInForce === "post_only") return counters.length > 0;
  if (order.timeInForce !== "fok") return false;
  let volume = order.remainingVolume;
  let funds = order.remainingFunds;
  for (const { price, size, maker } of counters) {
    if (maker?.accountId === order.accountId && order.selfMatch !== "none") continue;
    if (volume !== null) volume = volume.minus(least(volume, size));
    // An amount counts as filled when what is left buys less than the smallest volume.
    if (funds !== null) funds = funds.minus(price.times(least(size, quantityFor(funds, price))));
    if (volume?.eq(0) || (funds !== null && quantityFor(funds, price).eq(0))) return false;
  }
  return true;
}

/** Everything a taker on `side` may meet, in the order it meets it. */
function countersOf({ book, external }: MatchingStep, side: Side): Counter[] {
  const levels = (side === "bid" ? external.asks : external.bids).filter(({ size }) => size.gt(0));
  const makers = restingOf(book, side === "bid" ? "ask" : "bid");
  const all: Counter[] = [
    ...levels.map((level) => ({ price: level.price, size: level.size, level, maker: null })),
    ...makers.map((maker) => ({ price: maker.price!, size: maker.remainingVolume!, level: null, maker })),
  ];
  return all.toSorted((a, b) => (side === "bid" ? a.price.cmp(b.price) : b.price.cmp(a.price)));
}

function bestCounter({ book, external }: MatchingStep, side: Side): Counter | null {
  const level = (side === "bid" ? external.asks : external.bids).find(({ size }) => size.gt(0));
  const maker = restingOf(book, side === "bid" ? "ask" : "bid")[0];
  if (level && (!maker || accepts(side, maker.price, level.price)))
    return { price: level.price, size: level.size, level, maker: null };
  return maker ? { price: maker.price!, size: maker.remainingVolume!, level: null, maker } : null;
}

const wanted = (order: MatchingOrder, price: Big): Big =>
  order.remainingVolume ?? quantityFor(order.remainingFunds!, price);

function trade(step: MatchingStep, taker: MatchingOrder, counter: Counter, volume: Big): void {
  if (counter.maker) settle(step, counter.maker, { price: counter.price, volume, isMaker: true });
  else counter.level.size = counter.level.size.minus(volume);
  settle(step, taker, { price: counter.price, volume, isMaker: false });
}

/** Books one fill: money, record and, when nothing is left, the end of the order. Exact, no rounding. */
function settle(step: MatchingStep, order: MatchingOrder, fill: { price: Big; volume: Big; isMaker: boolean }): void {
  const { price, volume } = fill;
  const funds = price.times(volume);
  const fee = funds.times(step.book.feeRate);
  const account = accountOf(step, order);
  const base = holdingOf(account, baseOf(order.market));
  const quote = holdingOf(account, quoteOf(order.market));
  if (order.side === "bid") {
    spendLocked(quote, funds.plus(fee));
    receiveBought(base, volume, funds);
    const tied = tiedUpFor(order, volume, price, step.book.feeRate);
    // A fill below the limit frees the difference at once.
    unlock(quote, tied.locked.minus(funds).minus(fee));
    order.locked = order.locked.minus(tied.locked);
    order.remainingFee = order.remainingFee.minus(tied.fee);
  } else {
    spendLocked(base, volume);
    receive(quote, funds.minus(fee));
    order.locked = order.locked.minus(volume);
  }
  if (order.remainingVolume) order.remainingVolume = order.remainingVolume.minus(volume);
  if (order.remainingFunds) order.remainingFunds = order.remainingFunds.minus(funds);
  order.executedVolume = order.executedVolume.plus(volume);
  order.executedFunds = order.executedFunds.plus(funds);
  order.paidFee = order.paidFee.plus(fee);
  order.fills.push({ uuid: step.newFillId(), ...fill, funds, fee, atMs: step.atMs });
  if ((order.remainingVolume ?? order.remainingFunds)!.eq(0)) close(step, order, "done");
}

/** Part of the reservation that stands for `volume`: at the limit price, or at the traded one where an amount rules. */
function tiedUpFor(order: MatchingOrder, volume: Big, price: Big, feeRate: Big): { locked: Big; fee: Big } {
  if (order.side === "ask") return { locked: volume, fee: ZERO };
  const funds = (order.type === "limit" ? order.price! : price).times(volume);
  const fee = funds.times(feeRate);
  return { locked: funds.plus(fee), fee };
}

/** Source: upbit-api 4.3, "SMP": the taker's setting rules. */
function preventSelfMatch(step: MatchingStep, taker: MatchingOrder, maker: MatchingOrder): void {
  if (taker.selfMatch === "cancel_maker") return preventWhole(step, maker);
  if (taker.selfMatch === "cancel_taker") return preventWhole(step, taker);
  const overlap = least(maker.remainingVolume!, wanted(taker, maker.price!));
  if (overlap.eq(0)) return close(step, taker, "cancel");
  for (const order of [maker, taker]) preventPart(step, order, overlap, maker.price!);
}

function preventWhole(step: MatchingStep, order: MatchingOrder): void {
  order.preventedVolume = order.preventedVolume.plus(order.remainingVolume ?? ZERO);
  order.preventedLocked = order.preventedLocked.plus(order.locked);
  close(step, order, "cancel");
}

function preventPart(step: MatchingStep, order: MatchingOrder, volume: Big, price: Big): void {
  const tied = tiedUpFor(order, volume, price, step.book.feeRate);
  unlock(fundingOf(step, order), tied.locked);
  order.locked = order.locked.minus(tied.locked);
  order.remainingFee = order.remainingFee.minus(tied.fee);
  order.preventedVolume = order.preventedVolume.plus(volume);
  order.preventedLocked = order.preventedLocked.plus(tied.locked);
  if (order.remainingVolume) order.remainingVolume = order.remainingVolume.minus(volume);
  if (order.remainingFunds) order.remainingFunds = order.remainingFunds.minus(price.times(volume));
  if ((order.remainingVolume ?? order.remainingFunds)!.eq(0)) close(step, order, "cancel");
}

/** Puts a waiting limit order behind all that were there at its price or better. */
export function rest(book: OrderBook, order: MatchingOrder): void {
  const side = restingOf(book, order.side);
  const better = (other: MatchingOrder) =>
    order.side === "bid" ? other.price!.gte(order.price!) : other.price!.lte(order.price!);
  const after = side.findIndex((other) => !better(other));
  side.splice(after === -1 ? side.length : after, 0, order);
}

/** Ends an order: off the book, money back. Its record keeps the residue. */
function close(step: MatchingStep, order: MatchingOrder, state: "done" | "cancel"): void {
  const side = restingOf(step.book, order.side);
  const row = side.indexOf(order);
  if (row !== -1) side.splice(row, 1);
  if (order.locked.gt(0)) unlock(fundingOf(step, order), order.locked);
  order.state = state;
}
