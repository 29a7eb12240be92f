import type { Permission } from "../accounts/api-keys.ts";
import type { RateGroupName } from "../gate/rate-limits.ts";
import * as balances from "./private/balances.ts";
import * as cancels from "./private/cancel-orders.ts";
import * as keyRows from "./private/key-rows.ts";
import * as places from "./private/place-orders.ts";
import type { PrivateHandler } from "./private/private-request.ts";
import * as reads from "./private/read-orders.ts";
import type { QuotationHandler } from "./quotation/asked.ts";
import * as books from "./quotation/books.ts";
import * as candles from "./quotation/candles.ts";
import { markets } from "./quotation/markets.ts";
import * as tickers from "./quotation/tickers.ts";
import { trades } from "./quotation/trades.ts";
import type { Switches } from "../switches.ts";

/** Every endpoint that is served, by method and path: its rate group, who may call it and what answers. */
export type Route =
  | { readonly kind: "quotation"; readonly group: RateGroupName; readonly handle: QuotationHandler }
  | {
      readonly kind: "private";
      readonly group: RateGroupName;
      /** null: any key */
      readonly permission: Permission | null;
      /** Of a success. */
      readonly status: (switches: Switches) => 200 | 201;
      readonly handle: PrivateHandler;
    };

const open = (group: RateGroupName, handle: QuotationHandler): Route => ({
  kind: "quotation",
  group,
  handle,
});
const keyed = (permission: Permission | null, handle: PrivateHandler): Route & { kind: "private" } => ({
  kind: "private",
  group: "default",
  permission,
  status: () => 200,
  handle,
});
/** Orders that come in: `make_orders`, with a quota of their own. */
const entering = (group: RateGroupName, handle: PrivateHandler): Route & { kind: "private" } => ({
  ...keyed("make_orders", handle),
  group,
  status: () => 201,
});

export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["GET /v1/market/all", open("market", markets)],
  ["GET /v1/candles/seconds", open("candle", candles.secondCandles)],
  ...candles.MINUTE_UNITS.map(
    (unit) => [`GET /v1/candles/minutes/${unit}`, open("candle", candles.minuteCandles(unit))] as const,
  ),
  ["GET /v1/candles/days", open("candle", candles.dayCandles)],
  ["GET /v1/candles/weeks", open("candle", candles.longCandles("week"))],
  ["GET /v1/candles/months", open("candle", candles.longCandles("month"))],
  ["GET /v1/candles/years", open("candle", candles.longCandles("year"))],
  ["GET /v1/trades/ticks", open("trade", trades)],
  ["GET /v1/ticker", open("ticker", tickers.tickers)],
  ["GET /v1/ticker/all", open("ticker", tickers.allTickers)],
  ["GET /v1/orderbook", open("orderbook", books.orderbooks)],
  ["GET /v1/orderbook/instruments", open("orderbook", books.instruments)],
  ["GET /v1/orderbook/supported_levels", open("orderbook", books.levels)],
  ["GET /v1/accounts", keyed("view_account", balances.accounts)],
  ["GET /v1/orders/chance", keyed("view_orders", balances.chance)],
  ["POST /v1/orders", entering("order", places.placeOrder)],
  ["POST /v1/orders/test", entering("orderTest", places.testOrder)],
  [
    "POST /v1/orders/cancel_and_new",
    { ...entering("order", places.cancelAndNew), status: ({ cancelAndNewStatus }) => cancelAndNewStatus },
  ],
  ["GET /v1/order", keyed("view_orders", reads.readOrder)],
  ["GET /v1/orders/uuids", keyed("view_orders", reads.ordersByIds)],
  ["GET /v1/orders/open", keyed("view_orders", reads.openOrders)],
  ["GET /v1/orders/closed", keyed("view_orders", reads.closedOrders)],
  ["DELETE /v1/order", keyed("make_orders", cancels.cancelOrder)],
  ["DELETE /v1/orders/uuids", keyed("make_orders", cancels.cancelByIds)],
  ["DELETE /v1/orders/open", { ...keyed("make_orders", cancels.cancelOpen), group: "orderCancelAll" }],
  ["GET /v1/api_keys", keyed(null, keyRows.apiKeys)],
  ["GET /v1/status/wallet", keyed(null, keyRows.walletStatus)],
  ["GET /v1/pockets", keyed("manage_pockets", keyRows.pockets)],
  ["GET /v1/pockets/api_keys", keyed("manage_pockets", keyRows.pocketKeys)],
  ["DELETE /v1/withdraws/coin", keyed("withdraw", keyRows.cancelWithdrawal)],
]);

const MINUTES = "GET /v1/candles/minutes/";

/** What serves an address, null where nothing does. A width of minutes that is not served is a wrong value of the candles'
 *  own, and counted as theirs. */
export function routeOf(method: string, path: string): Route | null {
  const address = `${method} ${path}`;
  const route = ROUTES.get(address);
  if (route) return route;
  const unit = address.startsWith(MINUTES) ? address.slice(MINUTES.length) : "";
  return unit === "" || unit.includes("/") ? null : open("candle", candles.strangeMinutes(unit));
}
