import type { Permission } from "../api-keys.ts";
import type { RateGroupName } from "../rate-limits.ts";
import * as own from "./private.ts";
import * as quotation from "./quotation.ts";

/** Every endpoint that is served, by method and path: its rate group, who may call it and what answers. */
export type Route =
  | { readonly kind: "quotation"; readonly group: RateGroupName; readonly handle: quotation.QuotationHandler }
  | {
      readonly kind: "private";
      readonly group: RateGroupName;
      /** null: any key */
      readonly permission: Permission | null;
      /** Of a success. */
      readonly status: 200 | 201;
      readonly handle: own.PrivateHandler;
    };

const open = (group: RateGroupName, handle: quotation.QuotationHandler): Route => ({
  kind: "quotation",
  group,
  handle,
});
const keyed = (permission: Permission | null, handle: own.PrivateHandler): Route => ({
  kind: "private",
  group: "default",
  permission,
  status: 200,
  handle,
});

export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["GET /v1/market/all", open("market", quotation.markets)],
  ...quotation.MINUTE_UNITS.map(
    (unit) => [`GET /v1/candles/minutes/${unit}`, open("candle", quotation.minuteCandles(unit))] as const,
  ),
  ["GET /v1/candles/days", open("candle", quotation.dayCandles)],
  ["GET /v1/trades/ticks", open("trade", quotation.trades)],
  ["GET /v1/ticker", open("ticker", quotation.tickers)],
  ["GET /v1/ticker/all", open("ticker", quotation.allTickers)],
  ["GET /v1/orderbook", open("orderbook", quotation.orderbooks)],
  ["GET /v1/orderbook/instruments", open("orderbook", quotation.instruments)],
  ["GET /v1/accounts", keyed("view_account", own.accounts)],
  ["GET /v1/orders/chance", keyed("view_orders", own.chance)],
  ["POST /v1/orders", { ...keyed("make_orders", own.placeOrder), group: "order", status: 201 } as Route],
  ["POST /v1/orders/test", { ...keyed("make_orders", own.testOrder), group: "orderTest", status: 201 } as Route],
  ["GET /v1/order", keyed("view_orders", own.readOrder)],
  ["DELETE /v1/order", keyed("make_orders", own.cancelOrder)],
  ["GET /v1/orders/uuids", keyed("view_orders", own.ordersByIds)],
  ["GET /v1/orders/open", keyed("view_orders", own.openOrders)],
  ["GET /v1/orders/closed", keyed("view_orders", own.closedOrders)],
  ["GET /v1/api_keys", keyed(null, own.apiKeys)],
  ["DELETE /v1/withdraws/coin", keyed("withdraw", own.cancelWithdrawal)],
]);
