import * as v from "valibot";
import { isDecimalText } from "./decimal.ts";
import type { DecimalText } from "./units.ts";

/** Payloads of the exchange, as they come. Its words (`price`, `volume`, `bid`) stay in this file.
 *  Unknown fields are ignored; an optional field may be absent or null. Source: upbit-api. */

/** A decimal in text, in any of the exchange's spellings ("70000", "70000.0"). */
const TextDecimal = v.pipe(
  v.string(),
  v.check((text) => isDecimalText(text), "not a plain decimal"),
  v.transform((text) => text as DecimalText),
);
const Optional = <Schema extends v.GenericSchema>(schema: Schema) => v.optional(v.nullable(schema), null);
const Finite = v.pipe(v.number(), v.finite());

export const UpbitErrorSchema = v.object({
  error: v.object({ name: v.union([v.string(), v.number()]), message: v.optional(v.string(), "") }),
});

/** upbit-api 3.1 */
export const UpbitMarketSchema = v.object({
  market: v.string(),
  korean_name: v.string(),
  english_name: v.string(),
});

/** upbit-api 3.2 */
export const UpbitCandleSchema = v.object({
  market: v.string(),
  candle_date_time_utc: v.string(),
  opening_price: Finite,
  high_price: Finite,
  low_price: Finite,
  trade_price: Finite,
  timestamp: Finite,
  candle_acc_trade_price: Finite,
  candle_acc_trade_volume: Finite,
});
export type UpbitCandle = v.InferOutput<typeof UpbitCandleSchema>;

/** upbit-api 3.4; the fields the product shows */
export const UpbitTickerSchema = v.object({
  market: v.string(),
  trade_price: Finite,
  signed_change_rate: Finite,
  signed_change_price: Finite,
  high_price: Finite,
  low_price: Finite,
  acc_trade_price_24h: Finite,
  acc_trade_volume_24h: Finite,
  trade_timestamp: Finite,
  timestamp: Finite,
});
/** upbit-api 3.6 */
export const UpbitOrderbookSchema = v.object({
  market: v.string(),
  timestamp: Finite,
  orderbook_units: v.array(v.object({ ask_price: Finite, bid_price: Finite, ask_size: Finite, bid_size: Finite })),
});
/** upbit-api 3.3. `sequential_id` exceeds 2^53: it is read as text, or not at all. */
export const UpbitTradeSchema = v.object({
  market: v.string(),
  timestamp: Finite,
  trade_price: Finite,
  trade_volume: Finite,
  ask_bid: v.picklist(["ASK", "BID"]),
  sequential_id: v.pipe(v.string(), v.regex(/^\d+$/)),
});

/** upbit-api 4.1 */
export const UpbitAccountSchema = v.object({
  currency: v.string(),
  balance: TextDecimal,
  locked: TextDecimal,
  avg_buy_price: TextDecimal,
  avg_buy_price_modified: v.boolean(),
  unit_currency: v.string(),
});

/** upbit-api 4.2 */
export const UpbitChanceSchema = v.object({
  bid_fee: TextDecimal,
  ask_fee: TextDecimal,
  maker_bid_fee: Optional(TextDecimal),
  maker_ask_fee: Optional(TextDecimal),
  market: v.object({
    id: v.string(),
    bid: v.object({ currency: v.string(), min_total: TextDecimal }),
    ask: v.object({ currency: v.string(), min_total: TextDecimal }),
    max_total: TextDecimal,
    state: v.string(),
  }),
  bid_account: UpbitAccountSchema,
  ask_account: UpbitAccountSchema,
});

export const UpbitTradeOfOrderSchema = v.object({
  uuid: v.string(),
  price: TextDecimal,
  volume: TextDecimal,
  funds: TextDecimal,
  created_at: v.string(),
});

/** upbit-api 4.4 */
export const UpbitOrderSchema = v.object({
  market: v.string(),
  uuid: v.string(),
  side: v.picklist(["bid", "ask"]),
  ord_type: v.picklist(["limit", "price", "market", "best"]),
  price: Optional(TextDecimal),
  state: v.picklist(["wait", "watch", "done", "cancel"]),
  created_at: v.string(),
  volume: Optional(TextDecimal),
  remaining_volume: Optional(TextDecimal),
  executed_volume: TextDecimal,
  paid_fee: TextDecimal,
  locked: TextDecimal,
  trades_count: v.number(),
  identifier: Optional(v.string()),
  trades: Optional(v.array(UpbitTradeOfOrderSchema)),
});
export type UpbitOrder = v.InferOutput<typeof UpbitOrderSchema>;

/** upbit-api 4.14 */
export const UpbitApiKeySchema = v.object({ access_key: v.string(), expire_at: v.string() });
