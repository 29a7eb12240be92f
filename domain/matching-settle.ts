import { Big } from "./decimal.ts";
import { baseOf, quoteOf } from "./market.ts";
import { holdingOf, receive, receiveBought, spendLocked, unlock } from "./matching-account.ts";
import { accountOf, fundingOf, takeOff, type MatchingStep } from "./matching-book.ts";
import type { MatchingEvent, MatchingFill, MatchingOrder } from "./matching-order.ts";

const ZERO = new Big(0);

/** Books one fill: money, record and, when nothing is left, the end of the order. Exact, no rounding.
 *  Source: upbit-api 4.4, "Money arithmetic". */
export function settle(
  step: MatchingStep,
  order: MatchingOrder,
  part: { readonly price: Big; readonly volume: Big; readonly isMaker: boolean },
): void {
  const { price, volume } = part;
  const funds = price.times(volume);
  const fee = funds.times(step.book.feeRate);
  moveMoney(step, order, { price, volume, funds, fee });
  takeFromRemaining(order, volume, funds);
  order.executedVolume = order.executedVolume.plus(volume);
  order.executedFunds = order.executedFunds.plus(funds);
  order.paidFee = order.paidFee.plus(fee);
  const fill: MatchingFill = { uuid: step.newFillId(), ...part, funds, fee, atMs: step.atMs };
  order.fills = [...order.fills, fill];
  tell(step, order, "trade", fill);
  if (nothingLeft(order)) close(step, order, "done");
}

type Movement = { readonly price: Big; readonly volume: Big; readonly funds: Big; readonly fee: Big };

function moveMoney(step: MatchingStep, order: MatchingOrder, { price, volume, funds, fee }: Movement): void {
  const account = accountOf(step, order);
  const unit = quoteOf(order.market);
  const base = holdingOf(account, baseOf(order.market));
  const quote = holdingOf(account, unit);
  if (order.side === "ask") {
    spendLocked(base, volume);
    receive(quote, funds.minus(fee));
    order.locked = order.locked.minus(volume);
    return;
  }
  spendLocked(quote, funds.plus(fee));
  receiveBought(base, { volume, funds, unit });
  const tied = tiedUpFor(order, volume, price, step.book.feeRate);
  // A fill below the limit frees the difference at once.
  unlock(quote, tied.locked.minus(funds).minus(fee));
  order.locked = order.locked.minus(tied.locked);
  order.remainingFee = order.remainingFee.minus(tied.fee);
}

/** Part of the reservation that stands for `volume`: at the limit price, or at the traded one where an amount rules. */
function tiedUpFor(order: MatchingOrder, volume: Big, price: Big, feeRate: Big): { locked: Big; fee: Big } {
  if (order.side === "ask") return { locked: volume, fee: ZERO };
  const funds = (order.type === "limit" ? order.price! : price).times(volume);
  const fee = funds.times(feeRate);
  return { locked: funds.plus(fee), fee };
}

function takeFromRemaining(order: MatchingOrder, volume: Big, funds: Big): void {
  if (order.remainingVolume) order.remainingVolume = order.remainingVolume.minus(volume);
  if (order.remainingFunds) order.remainingFunds = order.remainingFunds.minus(funds);
}
const nothingLeft = (order: MatchingOrder): boolean => (order.remainingVolume ?? order.remainingFunds)!.eq(0);

/** Ends an order: off the book, money back. Its record keeps the residue. */
export function close(step: MatchingStep, order: MatchingOrder, state: "done" | "cancel"): void {
  takeOff(step.book, order);
  if (order.state === "wait" && order.locked.gt(0)) unlock(fundingOf(step, order), order.locked);
  order.state = state;
  tell(step, order, state, null);
}

/** Self-match prevention ends an order. Source: upbit-api 4.3, "SMP". */
export function preventWhole(step: MatchingStep, order: MatchingOrder): void {
  order.preventedVolume = order.preventedVolume.plus(order.remainingVolume ?? ZERO);
  order.preventedLocked = order.preventedLocked.plus(order.locked);
  close(step, order, "cancel");
}

/** Self-match prevention takes `volume` out of an order, and ends it when nothing is left. */
export function preventPart(step: MatchingStep, order: MatchingOrder, volume: Big, price: Big): void {
  const tied = tiedUpFor(order, volume, price, step.book.feeRate);
  unlock(fundingOf(step, order), tied.locked);
  order.locked = order.locked.minus(tied.locked);
  order.remainingFee = order.remainingFee.minus(tied.fee);
  order.preventedVolume = order.preventedVolume.plus(volume);
  order.preventedLocked = order.preventedLocked.plus(tied.locked);
  takeFromRemaining(order, volume, price.times(volume));
  if (nothingLeft(order)) close(step, order, "cancel");
  else tell(step, order, "prevented", null);
}

export function tell(
  step: MatchingStep,
  order: MatchingOrder,
  kind: MatchingEvent["kind"],
  fill: MatchingFill | null,
): void {
  step.tell?.({ kind, order, fill, atMs: step.atMs });
}
