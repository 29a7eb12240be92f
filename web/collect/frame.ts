import * as v from "valibot";
import { candleFlaw, type Candle } from "../../domain/candle.ts";
import { isMarketCode, type MarketCode } from "../../domain/market-code.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { parseInstant } from "../../domain/time.ts";
import { MINUTE_MS } from "../../domain/units.ts";
import { upbitFrame, type UpbitCandleFrame, type UpbitFrame } from "../../domain/upbit-frame.ts";

/** What came over the exchange's socket.
 *  - frame: market data of one of the types we asked for
 *  - alive: an answer to PING
 *  - refused: the exchange did not like our request
 *  - bad: anything else; it is counted and dropped. Rule C3. */
export type Received =
  | { readonly kind: "frame"; readonly market: MarketCode; readonly frame: UpbitFrame }
  | { readonly kind: "alive" }
  | { readonly kind: "refused"; readonly name: string }
  | { readonly kind: "bad" };

const AliveSchema = v.object({ status: v.string() });
const RefusedSchema = v.object({ error: v.object({ name: v.string() }) });
const BAD: Received = { kind: "bad" };
const decoder = new TextDecoder();

/** Market data comes as binary frames of UTF-8 JSON, the rest as text. Source: upbit-api 6.1, 6.3. Rule C3. */
export function parseReceived(payload: unknown): Received {
  const text = payload instanceof ArrayBuffer ? decoder.decode(payload) : payload;
  if (typeof text !== "string") return BAD;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return BAD;
  }
  const frame = upbitFrame(value, text);
  if (frame !== null) return isMarketCode(frame.code) ? { kind: "frame", market: frame.code, frame } : BAD;
  if (v.is(AliveSchema, value)) return { kind: "alive" };
  return v.is(RefusedSchema, value) ? { kind: "refused", name: value.error.name } : BAD;
}

/** The running candle as the exchange sees it at this moment. Source: upbit-api 6.7. Rules C1, C2. */
export function candleOfFrame(frame: UpbitCandleFrame): Result<Candle, string> {
  const openTimeMs = parseInstant(frame.candle_date_time_utc);
  if (!openTimeMs.ok) return fail("the start is not a time");
  const candle: Candle = {
    openTimeMs: openTimeMs.value,
    open: frame.opening_price,
    high: frame.high_price,
    low: frame.low_price,
    close: frame.trade_price,
    volume: frame.candle_acc_trade_volume,
    value: frame.candle_acc_trade_price,
  };
  const flaw = candleFlaw(candle, MINUTE_MS);
  return flaw === null ? ok(candle) : fail(flaw);
}
