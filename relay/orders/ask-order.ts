import { safeParse } from "valibot";
import { UpbitOrderSchema } from "../../domain/upbit.ts";
import { readKey } from "../keys/key-row.ts";
import { signerOfRow, type KeyRow } from "../keys/key-row.ts";
import type { Relay } from "../relay.ts";
import { callExchange } from "../upbit/client.ts";
import { otherPace, takeTurn } from "../upbit/pace.ts";
import type { Signer } from "../upbit/sign.ts";
import type { OrderRow } from "./order-row.ts";
import { IN_FLIGHT_MS, recordMissing } from "./record-missing.ts";
import { recordOrder, truthOf, type OrderTruth } from "./record-order.ts";

/** Orders looked up for one answer to a person; the sweep does the rest. */
const MOST_AT_ONCE = 5;
/** A person who looks at the list every second does not ask the exchange every second. */
const FRESH_MS = 1_500;

/** A key that is ready to sign, and which one it is. */
export type OpenKey = { readonly id: string; readonly signer: Signer };

export async function openKey(relay: Relay, row: KeyRow): Promise<OpenKey | null> {
  const signer = await signerOfRow(relay, row);
  return signer.ok ? { id: row.id, signer: signer.value } : null;
}

export type Asked = OrderTruth | "missing" | "unclear";

/** Asks the exchange about an order by its identifier. It changes nothing there, so it may be done at any time.
 *  The caller has taken its turn. */
export async function lookUp(relay: Relay, row: OrderRow, key: OpenKey): Promise<Asked> {
  const parameters = [["identifier", row.identifier]] as const;
  const request = { method: "GET", path: "/v1/order", parameters, signer: key.signer } as const;
  const answer = await callExchange(relay, request);
  if (answer.kind === "yes") {
    const read = safeParse(UpbitOrderSchema, answer.body);
    return read.success ? truthOf(read.output) : "unclear";
  }
  const missing = answer.kind === "no" && answer.name === "order_not_found";
  // Another key may look into another account, where it is no wonder that the order is missing.
  return missing && key.id === row.key_id ? "missing" : "unclear";
}

/** Finds out and writes down what became of an order; an answer that cannot be had leaves the row as it is. Rule X6. */
export async function askOrder(relay: Relay, row: OrderRow, key: OpenKey): Promise<OrderRow> {
  const turn = await takeTurn(relay, otherPace(row.user_id));
  if (!turn.ok) return row;
  const asked = await lookUp(relay, row, key);
  if (asked === "unclear") return row;
  return asked === "missing" ? recordMissing(relay, row) : recordOrder(relay, row, asked);
}

/** The same with the user's stored key, unless the order is closed or only just leaving. */
export async function askIfOpen(relay: Relay, row: OrderRow): Promise<OrderRow> {
  const leaving = row.state === "sending" && relay.outside.wallNow() - (row.sent_wall_ms ?? 0) < IN_FLIGHT_MS;
  if (leaving || !["sending", "unknown", "accepted"].includes(row.state)) return row;
  const stored = await readKey(relay, row.user_id);
  const key = stored && (await openKey(relay, stored));
  return key ? askOrder(relay, row, key) : row;
}

/** Looks up a few of a user's open orders, those asked about longest ago first. */
export async function refreshOpenOrders(relay: Relay, userId: string): Promise<void> {
  const nowMs = relay.outside.wallNow();
  const due = await relay.db
    .prepare(
      `UPDATE orders SET asked_wall_ms = ?1 WHERE id IN (
         SELECT id FROM orders WHERE user_id = ?2 AND COALESCE(asked_wall_ms, created_wall_ms) <= ?3
           AND (state IN ('accepted', 'unknown') OR (state = 'sending' AND sent_wall_ms <= ?4))
         ORDER BY asked_wall_ms LIMIT ?5) RETURNING *`,
    )
    .bind(nowMs, userId, nowMs - FRESH_MS, nowMs - IN_FLIGHT_MS, MOST_AT_ONCE)
    .all<OrderRow>();
  if (due.results.length === 0) return;
  const stored = await readKey(relay, userId);
  const key = stored && (await openKey(relay, stored));
  if (key) await Promise.all(due.results.map((row) => askOrder(relay, row, key)));
}
