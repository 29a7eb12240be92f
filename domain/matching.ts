import { assert } from "./assert.ts";
import { quantityFor, type Big } from "./decimal.ts";
import { lock } from "./matching-account.ts";
import {
  accepts,
  bestCounter,
  countersOf,
  fundingOf,
  rest,
  restingOf,
  type Counter,
  type MatchingStep,
} from "./matching-book.ts";
import { newOrder, reservationOf, type MatchingOrder, type OrderTerms } from "./matching-order.ts";
import { close, preventPart, preventWhole, settle, tell } from "./matching-settle.ts";
import { fail, ok, type Result } from "./result.ts";

export { emptyBook, rest, visibleDepth, type ExternalBook, type ExternalLevel } from "./matching-book.ts";
export type { MatchingStep, OrderBook } from "./matching-book.ts";

const least = (a: Big, b: Big): Big => (a.lt(b) ? a : b);
/** What a taker would take at `price`. */
const wanted = (order: MatchingOrder, price: Big): Big =>
  order.remainingVolume ?? quantityFor(order.remainingFunds!, price);

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
  tell(step, order, "wait", null);
  const limit = limitOf(step, order);
  if (refusedWhole(step, order, limit)) return close(step, order, "cancel");
  for (;;) {
    const counter = bestCounter(step, order.side);
    if (!counter || !accepts(order.side, limit, counter.price)) break;
    if (counter.maker && preventsSelfMatch(order, counter.maker)) {
      preventSelfMatch(step, order, counter.maker);
    } else {
      const volume = least(counter.size, wanted(order, counter.price));
      if (volume.eq(0)) break;
      trade(step, order, counter, volume);
    }
    if (order.state !== "wait") return;
  }
  if (order.type === "limit" && (order.timeInForce === null || order.timeInForce === "post_only"))
    return rest(step.book, order);
  close(step, order, "cancel");
}

/** Fills resting orders that the external book has reached, each at its own price and no further than the sizes offered
 *  at or beyond it. A touch from the same side does not fill: others stood there before. */
export function sweep(step: MatchingStep): void {
  for (const side of ["bid", "ask"] as const) {
    const levels = side === "bid" ? step.external.asks : step.external.bids;
    for (const order of reachedOf(step, side)) {
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

/** Resting orders on `side` that reach the external book, as a list of its own: fills take orders off the book. */
function reachedOf({ book, external }: MatchingStep, side: "bid" | "ask"): MatchingOrder[] {
  const best = (side === "bid" ? external.asks : external.bids).find(({ size }) => size.gt(0));
  if (!best) return [];
  const resting = restingOf(book, side);
  const beyond = resting.findIndex((order) => !accepts(side, order.price, best.price));
  return resting.slice(0, beyond === -1 ? resting.length : beyond);
}

/** Ends an open order and gives back what it tied up. */
export function cancelResting(step: MatchingStep, order: MatchingOrder): void {
  assert(order.state === "wait" || order.state === "watch", "only an open order can be cancelled");
  close(step, order, "cancel");
}

function limitOf(step: MatchingStep, order: MatchingOrder): Big | null {
  if (order.type === "limit") return order.price;
  if (order.type === "best") return bestCounter(step, order.side)?.price ?? null;
  return null;
}

/** post_only that would take, and fok that cannot be filled at once. */
function refusedWhole(step: MatchingStep, order: MatchingOrder, limit: Big | null): boolean {
  if (order.timeInForce === "post_only") {
    const best = bestCounter(step, order.side);
    return best !== null && accepts(order.side, limit, best.price);
  }
  return order.timeInForce === "fok" && !canFillWhole(step, order, limit);
}

function canFillWhole(step: MatchingStep, order: MatchingOrder, limit: Big | null): boolean {
  let volume = order.remainingVolume;
  let funds = order.remainingFunds;
  for (const { price, size, maker } of countersOf(step, order.side)) {
    if (!accepts(order.side, limit, price)) return false;
    if (maker && preventsSelfMatch(order, maker)) {
      // Only an own order that would step aside lets the rest be filled.
      if (order.selfMatch === "cancel_maker") continue;
      return false;
    }
    if (volume !== null) volume = volume.minus(least(volume, size));
    // An amount counts as filled when what is left buys less than the smallest volume.
    if (funds !== null) funds = funds.minus(price.times(least(size, quantityFor(funds, price))));
    if (volume?.eq(0) || (funds !== null && quantityFor(funds, price).eq(0))) return true;
  }
  return false;
}

function trade(step: MatchingStep, taker: MatchingOrder, counter: Counter, volume: Big): void {
  const part = { price: counter.price, volume };
  if (counter.maker) settle(step, counter.maker, { ...part, isMaker: true });
  else counter.level.size = counter.level.size.minus(volume);
  settle(step, taker, { ...part, isMaker: false });
}

/** Whether the taker's setting keeps it from trading with `maker`. Source: upbit-api 4.3, "SMP". */
const preventsSelfMatch = (taker: MatchingOrder, maker: MatchingOrder): boolean =>
  maker.accountId === taker.accountId && taker.selfMatch !== null && taker.selfMatch !== "none";

function preventSelfMatch(step: MatchingStep, taker: MatchingOrder, maker: MatchingOrder): void {
  if (taker.selfMatch === "cancel_maker") return preventWhole(step, maker);
  if (taker.selfMatch === "cancel_taker") return preventWhole(step, taker);
  const overlap = least(maker.remainingVolume!, wanted(taker, maker.price!));
  if (overlap.eq(0)) return close(step, taker, "cancel");
  for (const order of [maker, taker]) preventPart(step, order, overlap, maker.price!);
}
