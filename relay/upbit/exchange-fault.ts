import type { FaultKind, FaultType } from "../../domain/fault.ts";
import { fail, type Result } from "../../domain/result.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import type { RelayFault } from "../faults.ts";
import type { ExchangeAnswer } from "./client.ts";

type Meaning = {
  readonly type: FaultType;
  readonly kind: FaultKind;
  readonly detail: string;
  readonly waitMs?: number;
};
const meaning = (type: FaultType, kind: FaultKind, detail: string, waitMs?: number): Meaning => ({
  type,
  kind,
  detail,
  ...(waitMs === undefined ? {} : { waitMs }),
});

const IP = meaning("ip-not-allowed", "stop", "The relay's address is not on the key's allow-list.");
const KEY = meaning("key-refused", "stop", "The exchange does not accept this key.");
const FUNDS = meaning("insufficient-funds", "refuse", "The balance does not cover the order and its fee.");
const SMALL = meaning("below-minimum", "refuse", "The order total is below the market's minimum.");
const LARGE = meaning("above-maximum", "refuse", "The order is above the market's maximum.");
const TICK = meaning("off-tick", "refuse", "The price is not on the market's tick grid.");
const INPUT = meaning("bad-input", "refuse", "The exchange does not take these values.");
const BUSY = meaning("exchange-busy", "retry", "The exchange takes no more requests at the moment.", SECOND_MS);

/** The exchange's error names, by what the caller can do about them. Source: upbit-api 1.4. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  no_authorization_ip: IP,
  no_authorization_i_p: IP,
  expired_access_key: meaning("key-expired", "stop", "The key is past its year."),
  out_of_scope: meaning("key-lacks-permission", "stop", "The key does not hold the permission for this."),
  invalid_access_key: KEY,
  jwt_verification: KEY,
  invalid_query_payload: KEY,
  no_authorization_token: KEY,
  insufficient_funds_bid: FUNDS,
  insufficient_funds_ask: FUNDS,
  under_min_total_bid: SMALL,
  under_min_total_ask: SMALL,
  over_krw_funds_bid: LARGE,
  over_krw_funds_ask: LARGE,
  volume_too_large: LARGE,
  invalid_price_bid: TICK,
  invalid_price_ask: TICK,
  invalid_volume_bid: INPUT,
  invalid_volume_ask: INPUT,
  validation_error: INPUT,
  invalid_parameter: INPUT,
  notfoundmarket: INPUT,
  "404": meaning("not-found", "refuse", "The exchange does not know this market."),
  order_not_found: meaning("order-not-found", "refuse", "The exchange does not know this order."),
  market_offline: meaning("market-closed", "retry", "The market is closed for maintenance.", MINUTE_MS),
  thirdparty_agreement_required: meaning("order-refused", "stop", "The exchange waits for the owner's consent."),
  // Our own word, for an order that was written down and then could not be signed.
  key_does_not_open: meaning("key-refused", "stop", "The stored key could not be opened; enter it again."),
  // Our own word, for a request that the fixed-address hop did not pass on.
  not_sent: meaning("exchange-unreachable", "retry", "The way to the exchange is closed; nothing was sent.", SECOND_MS),
  nonce_used: BUSY,
  too_many_requests: BUSY,
  too_many_request_order: { ...BUSY, waitMs: 5 * SECOND_MS },
};
const OTHER = meaning("order-refused", "refuse", "The exchange refused.");

/** What a refusal means. The exchange's own message is never passed on: only its name. */
export function refusalFault(name: string, waitMs?: number): RelayFault {
  const known = Object.hasOwn(MEANINGS, name) ? MEANINGS[name]! : OTHER;
  const retryAfterMs = waitMs ?? known.waitMs;
  const { type, kind, detail } = known;
  return { type, kind, detail, exchangeError: name, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** A question that got no "yes": it changed nothing, so asking again is always safe. */
export function questionFault(answer: Exclude<ExchangeAnswer, { kind: "yes" }>): Result<never, RelayFault> {
  if (answer.kind === "no") return fail(refusalFault(answer.name, answer.waitMs));
  if (answer.kind === "unsent") return fail(refusalFault("not_sent", answer.waitMs));
  const silent = answer.status === null || answer.status >= 500;
  return fail<RelayFault>({
    type: silent ? "exchange-unreachable" : "exchange-answer-unreadable",
    kind: "retry",
    detail: silent ? "The exchange did not answer." : "The exchange's answer could not be read.",
    retryAfterMs: 2 * SECOND_MS,
  });
}
