import { decimalText, type Big } from "../domain/decimal.ts";
import type { MatchingFill, MatchingOrder } from "../domain/matching-order.ts";
import { kstIso } from "../domain/time.ts";

const textOrAbsent = (value: Big | null) => (value === null ? undefined : decimalText(value));

/** The order object of every order endpoint; fields whose value is null are left out. Source: upbit-api 4.4. */
export function orderAnswer(order: MatchingOrder) {
  return {
    market: order.market,
    uuid: order.uuid,
    side: order.side,
    ord_type: order.type,
    price: textOrAbsent(order.price),
    state: order.state,
    created_at: kstIso(order.createdAtMs),
    volume: textOrAbsent(order.volume),
    remaining_volume: textOrAbsent(order.remainingVolume),
    executed_volume: decimalText(order.executedVolume),
    reserved_fee: decimalText(order.reservedFee),
    remaining_fee: decimalText(order.remainingFee),
    paid_fee: decimalText(order.paidFee),
    locked: decimalText(order.locked),
    prevented_volume: decimalText(order.preventedVolume),
    prevented_locked: decimalText(order.preventedLocked),
    trades_count: order.fills.length,
    time_in_force: order.timeInForce ?? undefined,
    identifier: order.identifier ?? undefined,
    smp_type: order.selfMatch,
  };
}

/** Lists carry the filled quote amount beside it. Source: upbit-api 4.4. */
export const listedOrderAnswer = (order: MatchingOrder) => ({
  ...orderAnswer(order),
  executed_funds: decimalText(order.executedFunds),
});

/** `GET /order` alone carries the trades. Source: upbit-api 4.6. */
export const orderWithTradesAnswer = (order: MatchingOrder) => ({
  ...orderAnswer(order),
  trades: order.fills.map((fill) => tradeAnswer(order, fill)),
});

const tradeAnswer = (order: MatchingOrder, fill: MatchingFill) => ({
  market: order.market,
  uuid: fill.uuid,
  price: decimalText(fill.price),
  volume: decimalText(fill.volume),
  funds: decimalText(fill.funds),
  trend: (order.side === "bid") === fill.isMaker ? "down" : "up",
  created_at: kstIso(fill.atMs),
  side: order.side,
});
