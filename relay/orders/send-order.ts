import { safeParse } from "valibot";
import type { OrderRequest } from "../../domain/order.ts";
import { UpbitOrderSchema } from "../../domain/upbit.ts";
import type { Relay } from "../relay.ts";
import { callExchange } from "../upbit/client.ts";
import type { Parameters } from "../upbit/query-text.ts";
import type { Signer } from "../upbit/sign.ts";
import type { OrderRow } from "./order-row.ts";
import { refusalTruth, truthOf, type OrderTruth } from "./record-order.ts";
import { requestOfColumns } from "./request-columns.ts";

/** What one attempt to send came to.
 *  - known: the exchange answered, and that is that
 *  - busy: it was not taken, by the exchange or on the way; the same may be sent again after `waitMs`
 *  - unclear: no answer, or one that proves nothing; only asking helps. Rule X6
 *  - too-late: its validity ended before it could be sent */
export type Attempt =
  | { readonly kind: "known"; readonly truth: OrderTruth }
  | { readonly kind: "busy"; readonly name: string; readonly waitMs: number }
  | { readonly kind: "unclear"; readonly name: string | null }
  | { readonly kind: "too-late" };

/** Refusals of the moment: nothing was judged, the identifier is not used up. Source: upbit-api 1.4, 1.5. */
const BUSY_NAMES: readonly string[] = ["too_many_requests", "too_many_request_order", "nonce_used"];
const BUSY_WAIT_MS = 2_000;

/** Sends an order once, unless its time is over. Its row says that it is being sent. */
export async function sendOrder(relay: Relay, row: OrderRow, signer: Signer): Promise<Attempt> {
  // Whoever was held up on the way here must not send what nobody wants any more.
  if (relay.outside.wallNow() >= (row.valid_until_wall_ms ?? 0)) return { kind: "too-late" };
  const parameters = orderParameters(requestOfColumns(row), row.identifier);
  const answer = await callExchange(relay, { method: "POST", path: "/v1/orders", parameters, signer });
  switch (answer.kind) {
    case "yes": {
      const read = safeParse(UpbitOrderSchema, answer.body);
      return read.success ? { kind: "known", truth: truthOf(read.output) } : { kind: "unclear", name: null };
    }
    case "unsent":
      return { kind: "busy", name: "not_sent", waitMs: answer.waitMs };
    case "unknown":
      return { kind: "unclear", name: null };
    default:
      if (BUSY_NAMES.includes(answer.name))
        return { kind: "busy", name: answer.name, waitMs: answer.waitMs ?? BUSY_WAIT_MS };
      // Proof that an earlier copy arrived; and where one may have, the refusal of another proves nothing about it.
      if (answer.name === "duplicated_identifier") return { kind: "unclear", name: null };
      if (row.doubted === 1) return { kind: "unclear", name: answer.name };
      return { kind: "known", truth: refusalTruth(answer.name, answer.status) };
  }
}

/** Source: upbit-api 4.3; the order of the keys is the order in which they are hashed. SMP is always named, because its
 *  default changed, but with post_only, which refuses it (upbit-api 7, "SMP default"). Rule X40. */
function orderParameters(request: OrderRequest, identifier: string): Parameters {
  const timeInForce = "timeInForce" in request ? request.timeInForce : undefined;
  return [
    ["market", request.market],
    ["side", request.side],
    ...amountsOf(request),
    ...(timeInForce === undefined ? [] : [["time_in_force", timeInForce] as const]),
    ...(timeInForce === "post_only" ? [] : [["smp_type", "cancel_maker"] as const]),
    ["identifier", identifier],
  ];
}

function amountsOf(request: OrderRequest): Parameters {
  const ordType = {
    limit: "limit",
    "market-bid": "price",
    "market-ask": "market",
    "best-bid": "best",
    "best-ask": "best",
  };
  const type = ["ord_type", ordType[request.kind]] as const;
  if (request.kind === "limit") return [["volume", request.volume], ["price", request.price], type];
  return "total" in request ? [["price", request.total], type] : [["volume", request.volume], type];
}
