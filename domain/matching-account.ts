import { assert } from "./assert.ts";
import { Big } from "./decimal.ts";
import type { QuoteCurrency } from "./market.ts";

/** One currency of one account. `free` is what new orders may use; `locked` is tied up in open orders.
 *  `averageBuyPrice` is in `averageUnit`. Source: upbit-api 4.1. */
export type Holding = { free: Big; locked: Big; averageBuyPrice: Big; averageUnit: QuoteCurrency };
/** All currencies an account ever held, by code. */
export type Account = Map<string, Holding>;

/** Decimals of the average buy price that is kept; it is a display figure, never a base for money. */
const AVERAGE_DECIMALS = 8;
const ZERO = new Big(0);

export const emptyHolding = (): Holding => ({ free: ZERO, locked: ZERO, averageBuyPrice: ZERO, averageUnit: "KRW" });

/** The account's holding in `currency`; a currency never held begins empty. */
export function holdingOf(account: Account, currency: string): Holding {
  let holding = account.get(currency);
  if (!holding) {
    holding = emptyHolding();
    account.set(currency, holding);
  }
  return holding;
}

/** Moves `amount` from free to locked.
 *  @throws AssertionError if the account has less: the caller checks first */
export function lock(holding: Holding, amount: Big): void {
  assert(amount.gte(0) && holding.free.gte(amount), "locked more than is free");
  holding.free = holding.free.minus(amount);
  holding.locked = holding.locked.plus(amount);
}

export function unlock(holding: Holding, amount: Big): void {
  assert(amount.gte(0) && holding.locked.gte(amount), "unlocked more than is locked");
  holding.locked = holding.locked.minus(amount);
  holding.free = holding.free.plus(amount);
}

/** Takes `amount` out of the account, from what was locked for it. */
export function spendLocked(holding: Holding, amount: Big): void {
  assert(amount.gte(0) && holding.locked.gte(amount), "spent more than is locked");
  holding.locked = holding.locked.minus(amount);
  if (holding.free.plus(holding.locked).eq(0)) holding.averageBuyPrice = ZERO;
}

export function receive(holding: Holding, amount: Big): void {
  assert(amount.gte(0), "received a negative amount");
  holding.free = holding.free.plus(amount);
}

/** What was bought, for how much, in which currency; the fee left out. */
export type Purchase = { readonly volume: Big; readonly funds: Big; readonly unit: QuoteCurrency };

/** Receives bought volume and moves the average buy price by what it cost. Volume paid in another currency than the
 *  average is kept in leaves the average alone: there is no rate to bring both together. Where no average is known yet, the first purchase
 *  tells the currency. */
export function receiveBought(holding: Holding, { volume, funds, unit }: Purchase): void {
  const before = holding.free.plus(holding.locked);
  receive(holding, volume);
  if (before.eq(0) || holding.averageBuyPrice.eq(0)) holding.averageUnit = unit;
  if (holding.averageUnit !== unit) return;
  const cost = before.times(holding.averageBuyPrice).plus(funds);
  holding.averageBuyPrice = cost.div(before.plus(volume)).round(AVERAGE_DECIMALS, Big.roundHalfUp);
}
