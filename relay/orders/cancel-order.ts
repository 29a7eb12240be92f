import { ok, type Result } from "../../domain/result.ts";
import { SECOND_MS } from "../../domain/units.ts";
import { refuse, stop, type RelayFault } from "../faults.ts";
import { readKey, signerOfRow } from "../keys/key-row.ts";
import type { Relay } from "../relay.ts";
import { callExchange, type ExchangeAnswer } from "../upbit/client.ts";
import { questionFault } from "../upbit/exchange-fault.ts";
import { askIfOpen, askOrder } from "./ask-order.ts";
import { liveTrading } from "./live-trading.ts";
import type { OrderRow } from "./order-row.ts";

/** A cancellation is only accepted at first; the order is looked at once more this much later. */
const SECOND_LOOK_MS = SECOND_MS / 4;

/** Cancels an open order and reads what became of it: it may have filled first. Cancelling twice does no harm, so every
 *  failure but a refusal may be tried again. Source: upbit-api 4.10, 7 "Cancel race". */
export async function cancelOrder(relay: Relay, row: OrderRow): Promise<Result<OrderRow, RelayFault>> {
  const live = liveTrading(relay);
  if (!live.ok) return live;
  // An unknown order is asked about first: what is not known to be open cannot be cancelled.
  const standing = row.state === "accepted" ? row : await askIfOpen(relay, row);
  if (standing.state !== "accepted") return notOpen();
  const key = await readKey(relay, row.user_id);
  if (!key) return stop("no-key", "No trading key is stored.");
  const signer = await signerOfRow(relay, key);
  if (!signer.ok) return signer;
  const parameters = [["identifier", row.identifier]] as const;
  const request = { method: "DELETE", path: "/v1/order", parameters, signer: signer.value } as const;
  const answer = await callExchange(relay, request);
  let after = await askOrder(relay, standing, signer.value, key.id);
  if (after.state === "accepted" && answer.kind === "yes") {
    await relay.outside.sleep(SECOND_LOOK_MS);
    after = await askOrder(relay, after, signer.value, key.id);
  }
  return after.state !== "accepted" || answer.kind === "yes" ? ok(after) : cancelFault(answer);
}

const notOpen = () => refuse("order-not-open", "The order is not open, so there is nothing to cancel.");

const cancelFault = (answer: Exclude<ExchangeAnswer, { kind: "yes" }>): Result<never, RelayFault> =>
  answer.kind === "no" && answer.name === "order_not_found" ? notOpen() : questionFault(answer);
