import * as v from "valibot";
import { decimal, isDecimalText } from "../../domain/decimal.ts";
import { isOnTick, quoteOf } from "../../domain/market.ts";
import { MarketCodeSchema } from "../../domain/market-code.ts";
import type { OrderEntry } from "../exchange/order-entry.ts";

export const Amount = v.pipe(
  v.string(),
  v.check((text) => isDecimalText(text) && !text.startsWith("-"), "a plain decimal such as 0.01"),
  v.transform((text) => decimal(text)),
);

/** An order that its owner reserved elsewhere, `{"market":"KRW-XRP","side":"bid","price":"2500","volume":"10"}`; it is
 *  listed and cancelled here and never comes due. Source: upbit-api 4.3, "watch". */
export const WatchOrderSchema = v.pipe(
  v.strictObject({ market: MarketCodeSchema, side: v.picklist(["bid", "ask"]), price: Amount, volume: Amount }),
  v.check(({ market, price, volume }) => isOnTick(quoteOf(market), price) && volume.gt(0), "a price on the tick grid"),
  v.transform((order): OrderEntry => ({
    ...order,
    type: "limit",
    timeInForce: null,
    selfMatch: null,
    identifier: null,
  })),
);
