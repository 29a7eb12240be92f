import { decimalText, type Big } from "../../domain/decimal.ts";
import type { MatchingFill, MatchingOrder } from "../../domain/matching-order.ts";
import { kstIso } from "../../domain/time.ts";
import type { Switches } from "../switches.ts";

const textOrNull = (value: Big | null) => (value === null ? null : decimalText(value));
type Fields = Readonly<Record<string, unknown>>;

/** Fields whose value is null are left out, or sent by the switch `nullFields`. Source: upbit-api 4.4, 9.11. */
const presented = (fields: Fields, { nullFields }: Switches): Fields =>
  nullFields === "explicit" ? fields : Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

/** The order object of every order endpoint. Source: upbit-api 4.4. */
export const orderAnswer = (order: MatchingOrder, switches: Switches): Fields =>
  presented(
    {
      market: order.market,
      uuid: order.uuid,
      side: order.side,
      ord_type: order.type,
      price: textOrNull(order.price),
      state: order.state,
      created_at: kstIso(order.createdAtMs),
      volume: textOrNull(order.volume),
      remaining_volume: textOrNull(order.remainingVolume),
      executed_volume: decimalText(order.executedVolume),
      reserved_fee: decimalText(order.reservedFee),
      remaining_fee: decimalText(order.remainingFee),
      paid_fee: decimalText(order.paidFee),
      locked: decimalText(order.locked),
      prevented_volume: decimalText(order.preventedVolume),
      prevented_locked: decimalText(order.preventedLocked),
      trades_count: order.fills.length,
      time_in_force: order.timeInForce,
      identifier: order.identifier,
      smp_type: order.selfMatch,
    },
    switches,
  );

/** Lists carry the filled quote amount beside it. Source: upbit-api 4.4, 9.11. */
export const listedOrderAnswer = (order: MatchingOrder, switches: Switches): Fields =>
  switches.executedFunds
    ? { ...orderAnswer(order, switches), executed_funds: decimalText(order.executedFunds) }
    : orderAnswer(order, switches);

/** `GET /order` alone carries the trades. Source: upbit-api 4.6. */
export const orderWithTradesAnswer = (order: MatchingOrder, switches: Switches): Fields => ({
  ...orderAnswer(order, switches),
  trades: order.fills.map((fill) => tradeAnswer(order, fill)),
});

/** `trend` follows the taker: a buyer lifted the price, a seller pressed it. */
const tradeAnswer = (order: MatchingOrder, fill: MatchingFill): Fields => ({
  market: order.market,
  uuid: fill.uuid,
  price: decimalText(fill.price),
  volume: decimalText(fill.volume),
  funds: decimalText(fill.funds),
  trend: (order.side === "bid") === fill.isMaker ? "down" : "up",
  created_at: kstIso(fill.atMs),
  side: order.side,
});
