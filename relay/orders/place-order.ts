import { assert } from "../../domain/assert.ts";
import { ok, type Result } from "../../domain/result.ts";
import type { RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import { openKey } from "./ask-order.ts";
import { followOrder } from "./follow-order.ts";
import type { OrderRow } from "./order-row.ts";
import { pushNews } from "../push/notify.ts";
import { recordOrder } from "./record-order.ts";
import { sendOrder, type Attempt } from "./send-order.ts";
import { writeIntent, type Intent } from "./write-intent.ts";

/** The one way an order leaves: manual, reserved and automatic ones. Written down in one batch, sent once, answered with
 *  what the exchange said; what follows (the record, the fills, asking, trying again) goes on behind the answer.
 *  @returns the row as far as it is known; a fault means that no order was made at all. Rules X5, X6, X36. */
export async function placeOrder(relay: Relay, intent: Intent): Promise<Result<OrderRow, RelayFault>> {
  const written = await writeIntent(relay, intent);
  if (!written.ok) return written;
  const { row, key: stored, isNew, orderWaitMs, askWaitMs } = written.value;
  if (!isNew) return ok(row);
  assert(stored !== null, "an intent is only written beside its key");
  const key = await openKey(relay, stored);
  if (!key) return ok(await recordOrder(relay, row, { state: "rejected", exchangeError: "key_does_not_open" }));
  if (orderWaitMs > 0) await relay.outside.sleep(orderWaitMs);
  const attempt = await sendOrder(relay, row, key.signer);
  const followed = followOrder(relay, { row, key, askWaitMs }, attempt);
  // Who gave a manual order is looking at it; of the others the user hears at once and not with the next sweep.
  relay.outside.waitUntil(row.origin === "manual" ? followed : followed.then(() => pushNews(relay)));
  return ok(rowAfter(row, attempt));
}

/** The row as it will be recorded. */
function rowAfter(row: OrderRow, attempt: Attempt): OrderRow {
  if (attempt.kind === "busy") return { ...row, exchange_error: attempt.name };
  if (attempt.kind === "unclear") return { ...row, state: "unknown", doubted: 1 };
  if (attempt.kind === "too-late") return { ...row, state: "expired" };
  const { state, exchangeUuid, executedVolume, executedFunds, paidFee, exchangeError } = attempt.truth;
  return {
    ...row,
    state,
    exchange_uuid: exchangeUuid ?? null,
    executed_volume: executedVolume ?? row.executed_volume,
    executed_funds: executedFunds ?? null,
    paid_fee: paidFee ?? row.paid_fee,
    exchange_error: exchangeError ?? null,
  };
}
