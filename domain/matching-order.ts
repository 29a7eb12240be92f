import { Big } from "./decimal.ts";
import type { Side } from "./market.ts";
import type { MarketCode } from "./market-code.ts";
import type { EpochMs } from "./units.ts";

/** How the exchange names an order's kind. `price` is a market bid by amount, `market` a market ask by volume, `best`
 *  takes the best opposite quote only. Source: upbit-api 4.3. */
export type MatchingType = "limit" | "price" | "market" | "best";
export type TimeInForce = "ioc" | "fok" | "post_only";
/** What happens when a taker meets an order of its own account. Source: upbit-api 4.3. */
export type SelfMatch = "cancel_maker" | "cancel_taker" | "reduce" | "none";

/** An order as it was asked for. `price`: unit price of a limit order, total amount of a `price` or `best` bid, null
 *  otherwise. `volume`: base amount, null where the amount rules. */
export type OrderTerms = {
  readonly uuid: string;
  readonly accountId: string;
  readonly market: MarketCode;
  readonly side: Side;
  readonly type: MatchingType;
  readonly price: Big | null;
  readonly volume: Big | null;
  readonly timeInForce: TimeInForce | null;
  /** null: not asked for, and nothing is prevented. */
  readonly selfMatch: SelfMatch | null;
  readonly identifier: string | null;
  readonly createdAtMs: EpochMs;
};

export type MatchingFill = {
  readonly uuid: string;
  readonly price: Big;
  readonly volume: Big;
  /** price × volume, quote currency. */
  readonly funds: Big;
  /** Quote currency. */
  readonly fee: Big;
  readonly isMaker: boolean;
  readonly atMs: EpochMs;
};

/** An order and what became of it; a later version never changes the fills of an earlier copy. While it waits, `locked` is tied up in the account; once closed the money has gone
 *  back and `locked` and `remainingFee` keep the residue as a record only. Source: upbit-api 4.4, 4.6. */
export type MatchingOrder = OrderTerms & {
  /** `watch`: reserved by its owner elsewhere, not in the book and nothing tied up. Source: upbit-api 4.3, 4.4. */
  state: "wait" | "watch" | "done" | "cancel";
  /** Base volume left, null where the amount rules. */
  remainingVolume: Big | null;
  /** Quote amount left without fee, null where the volume rules. */
  remainingFunds: Big | null;
  executedVolume: Big;
  executedFunds: Big;
  reservedFee: Big;
  remainingFee: Big;
  paidFee: Big;
  /** Bid: quote including fee; ask: base volume. */
  locked: Big;
  preventedVolume: Big;
  preventedLocked: Big;
  fills: readonly MatchingFill[];
};

/** Something happened to an order; `fill` with `trade` alone. `prevented`: self-match prevention made it smaller and left
 *  something of it. Source: upbit-api 6.8. */
export type MatchingEvent = {
  readonly kind: "wait" | "watch" | "trade" | "done" | "cancel" | "prevented";
  /** As it stands at that moment; it changes afterwards, so a listener that keeps it copies it. */
  readonly order: MatchingOrder;
  readonly fill: MatchingFill | null;
  readonly atMs: EpochMs;
};

const ZERO = new Big(0);

/** What an order ties up at its start. Source: upbit-api 4.4, "Money arithmetic". */
export function reservationOf(terms: OrderTerms, feeRate: Big): { locked: Big; fee: Big } {
  if (terms.side === "ask") return { locked: terms.volume!, fee: ZERO };
  const funds = terms.volume === null ? terms.price! : terms.price!.times(terms.volume);
  const fee = funds.times(feeRate);
  return { locked: funds.plus(fee), fee };
}

/** A fresh order, nothing filled yet. */
export function newOrder(terms: OrderTerms, feeRate: Big): MatchingOrder {
  const { locked, fee } = reservationOf(terms, feeRate);
  return {
    ...terms,
    state: "wait",
    remainingVolume: terms.volume,
    remainingFunds: terms.volume === null ? terms.price : null,
    executedVolume: ZERO,
    executedFunds: ZERO,
    reservedFee: fee,
    remainingFee: fee,
    paidFee: ZERO,
    locked,
    preventedVolume: ZERO,
    preventedLocked: ZERO,
    fills: [],
  };
}
