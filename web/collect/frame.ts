import * as v from "valibot";
import { isMarketCode, type MarketCode } from "../../domain/market-code.ts";
import { upbitFrame, type UpbitFrame } from "../../domain/upbit-frame.ts";

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
