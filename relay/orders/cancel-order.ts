import { ok, type Result } from "../../domain/result.ts";
import { SECOND_MS } from "../../domain/units.ts";
import { refuse, retry, stop, type RelayFault } from "../faults.ts";
import { readKey } from "../keys/key-row.ts";
import type { Relay } from "../relay.ts";
import { callExchange, type ExchangeAnswer } from "../upbit/client.ts";
import { questionFault } from "../upbit/exchange-fault.ts";
import { otherPace, takeTurn, type Pace } from "../upbit/pace.ts";
import { askIfOpen, askOrder, openKey } from "./ask-order.ts";
import { liveTrading } from "./live-trading.ts";
import type { OrderRow } from "./order-row.ts";

/** A cancellation is only accepted at first; the order is looked at once more this much later. */
const SECOND_LOOK_MS = SECOND_MS / 4;
/** Cancellations pass every limit, and have one of their own: five a second, thirty at once. */
const cancelPace = (userId: string): Pace => ({
  name: `cancel:${userId}`,
  burst: 30,
  spacingMs: 200,
  longestWaitMs: 0,
});

/** Cancels an open order and reads what became of it: it may have filled first. Cancelling twice does no harm, so every
 *  failure but a refusal may be tried again. Source: upbit-api 4.10, 7 "Cancel race". */
export async function cancelOrder(relay: Relay, row: OrderRow): Promise<Result<OrderRow, RelayFault>> {
  const live = liveTrading(relay);
  if (!live.ok) return live;
  const own = await takeTurn(relay, cancelPace(row.user_id));
  if (!own.ok)
    return retry("too-many-requests", "Too many cancellations at once.", own.fault.retryAfterMs ?? SECOND_MS);
  // An unknown order is asked about first: what is not known to be open cannot be cancelled.
  const standing = row.state === "accepted" ? row : await askIfOpen(relay, row);
  if (standing.state !== "accepted") return notOpen();
  const stored = await readKey(relay, row.user_id);
  if (!stored) return stop("no-key", "No trading key is stored.");
  const key = await openKey(relay, stored);
  if (!key) return stop("key-refused", "The stored key could not be opened; enter it again.");
  const turn = await takeTurn(relay, otherPace(row.user_id));
  if (!turn.ok) return turn;
  const parameters = [["identifier", row.identifier]] as const;
  const request = { method: "DELETE", path: "/v1/order", parameters, signer: key.signer } as const;
  const answer = await callExchange(relay, request);
  let after = await askOrder(relay, standing, key);
  if (after.state === "accepted" && answer.kind === "yes") {
    await relay.outside.sleep(SECOND_LOOK_MS);
    after = await askOrder(relay, after, key);
  }
  return after.state !== "accepted" || answer.kind === "yes" ? ok(after) : cancelFault(answer);
}

const notOpen = () => refuse("order-not-open", "The order is not open, so there is nothing to cancel.");

const cancelFault = (answer: Exclude<ExchangeAnswer, { kind: "yes" }>): Result<never, RelayFault> =>
  answer.kind === "no" && answer.name === "order_not_found" ? notOpen() : questionFault(answer);
