import { safeParse } from "valibot";
import { UpbitOrderSchema } from "../../domain/upbit.ts";
import { readKey, signerOfRow, type KeyRow } from "../keys/key-row.ts";
import type { Relay } from "../relay.ts";
import { callExchange } from "../upbit/client.ts";
import type { Signer } from "../upbit/sign.ts";
import type { OrderRow } from "./order-row.ts";
import { IN_FLIGHT_MS, recordMissing } from "./record-missing.ts";
import { recordOrder, truthOf } from "./record-order.ts";

/** Orders looked up for one answer to a person; the sweep does the rest. */
const MOST_AT_ONCE = 5;
/** A person who looks at the list every second does not ask the exchange every second. */
const FRESH_MS = 1_500;

/** Asks the exchange what became of an order, by its identifier. It changes nothing there, so it may be done at any
 *  time; an answer that cannot be had leaves the row as it is. Rule X6. */
export async function askOrder(relay: Relay, row: OrderRow, signer: Signer, keyId: string): Promise<OrderRow> {
  const parameters = [["identifier", row.identifier]] as const;
  const answer = await callExchange(relay, { method: "GET", path: "/v1/order", parameters, signer });
  if (answer.kind === "yes") {
    const read = safeParse(UpbitOrderSchema, answer.body);
    return read.success ? recordOrder(relay, row, truthOf(read.output)) : row;
  }
  const missing = answer.kind === "no" && answer.name === "order_not_found";
  // Another key may look into another account, where it is no wonder that the order is missing.
  return missing && keyId === row.key_id ? recordMissing(relay, row) : row;
}

/** The same with the user's stored key, unless the order is closed or only just leaving. */
export async function askIfOpen(relay: Relay, row: OrderRow): Promise<OrderRow> {
  const leaving = row.state === "sending" && relay.outside.wallNow() - row.created_wall_ms < IN_FLIGHT_MS;
  if (leaving || !["sending", "unknown", "accepted"].includes(row.state)) return row;
  const key = await readKey(relay, row.user_id);
  return key ? askWithKey(relay, row, key) : row;
}

export async function askWithKey(relay: Relay, row: OrderRow, key: KeyRow): Promise<OrderRow> {
  const signer = await signerOfRow(relay, key);
  return signer.ok ? askOrder(relay, row, signer.value, key.id) : row;
}

/** Looks up a few of a user's open orders, those asked about longest ago first. */
export async function refreshOpenOrders(relay: Relay, userId: string): Promise<void> {
  const nowMs = relay.outside.wallNow();
  const due = await relay.db
    .prepare(
      `UPDATE orders SET asked_wall_ms = ?1 WHERE id IN (
         SELECT id FROM orders WHERE user_id = ?2 AND COALESCE(asked_wall_ms, created_wall_ms) <= ?3
           AND (state IN ('accepted', 'unknown') OR (state = 'sending' AND created_wall_ms <= ?4))
         ORDER BY asked_wall_ms LIMIT ?5) RETURNING *`,
    )
    .bind(nowMs, userId, nowMs - FRESH_MS, nowMs - IN_FLIGHT_MS, MOST_AT_ONCE)
    .all<OrderRow>();
  if (due.results.length === 0) return;
  const key = await readKey(relay, userId);
  if (key) await Promise.all(due.results.map((row) => askWithKey(relay, row, key)));
}
