import { Big, decimalText } from "../domain/decimal.ts";
import type { AssetLine, OrderLine } from "./exchange/journal.ts";
import { rawNumber } from "./rest/quotation/quotation-rows.ts";
import type { Frame } from "./socket/socket-frames.ts";

/** Decimals of an average price; a figure to show. */
const AVERAGE_DECIMALS = 8;

/** Numbers with all their digits, which a double would round. Source: upbit-api 6.8, 6.9. */
const number = (value: Big) => rawNumber(decimalText(value));
const numberOrNull = (value: Big | null) => value && number(value);

/** One thing that happened to an order, in full names; nulls are sent. With `trade` price and volume are the trade's.
 *  Source: upbit-api 6.8. */
export function myOrderFrame({ order, kind, fill, atMs }: OrderLine): Frame {
  const { executedVolume, executedFunds } = order;
  const average = executedVolume.eq(0) ? executedVolume : executedFunds.div(executedVolume);
  return {
    type: "myOrder",
    code: order.market,
    uuid: order.uuid,
    ask_bid: order.side === "bid" ? "BID" : "ASK",
    order_type: order.type,
    state: kind,
    trade_uuid: fill?.uuid ?? null,
    price: numberOrNull(fill?.price ?? order.price),
    avg_price: number(average.round(AVERAGE_DECIMALS, Big.roundHalfUp)),
    volume: numberOrNull(fill?.volume ?? order.volume),
    remaining_volume: numberOrNull(order.remainingVolume),
    executed_volume: number(executedVolume),
    trades_count: order.fills.length,
    reserved_fee: number(order.reservedFee),
    remaining_fee: number(order.remainingFee),
    paid_fee: number(order.paidFee),
    locked: number(order.locked),
    executed_funds: number(executedFunds),
    time_in_force: order.timeInForce,
    trade_fee: fill && number(fill.fee),
    is_maker: fill && fill.isMaker,
    identifier: order.identifier,
    smp_type: order.selfMatch,
    prevented_volume: number(order.preventedVolume),
    prevented_locked: number(order.preventedLocked),
    trade_timestamp: fill && fill.atMs,
    order_timestamp: order.createdAtMs,
    timestamp: atMs,
    stream_type: "REALTIME",
  };
}

/** Balances that changed, as they are then. Source: upbit-api 6.9.
 *  @param assetUuid names the pocket's purse */
export const myAssetFrame = ({ changes, atMs }: AssetLine, assetUuid: string): Frame => ({
  type: "myAsset",
  asset_uuid: assetUuid,
  assets: changes.map(({ currency, free, locked }) => ({ currency, balance: number(free), locked: number(locked) })),
  asset_timestamp: atMs,
  timestamp: atMs,
  stream_type: "REALTIME",
});
