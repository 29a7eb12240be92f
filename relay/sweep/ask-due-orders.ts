import { DAY_MS } from "../../domain/units.ts";
import type { KeyRow } from "../keys/key-row.ts";
import { askWithKey } from "../orders/ask-order.ts";
import type { OrderRow } from "../orders/order-row.ts";
import { IN_FLIGHT_MS } from "../orders/record-missing.ts";
import { ASK_AGAIN_MS } from "../orders/record-order.ts";
import type { Relay } from "../relay.ts";

/** Questions in one run: two subrequests each stay far below the platform's limit of a run. */
const MOST_ASKED = 20;
/** So long a refused or vanished order may still turn up. */
const LATE_TRUTH_MS = 7 * DAY_MS;

/** Asks about orders whose truth is open, longest unasked first; refused and vanished ones are asked about more and more
 *  rarely for a week. Rules X6, X7. */
export async function askDueOrders(relay: Relay): Promise<void> {
  const wallMs = relay.outside.wallNow();
  const due = await relay.db
    .prepare(
      `UPDATE orders SET asked_wall_ms = ?1, ask_wall_ms = ?2 WHERE id IN (
         SELECT id FROM orders WHERE ask_wall_ms <= ?1 AND (
           state IN ('unknown', 'accepted') OR (state = 'sending' AND created_wall_ms <= ?3)
           OR (state IN ('expired', 'burned') AND created_wall_ms > ?4))
         ORDER BY ask_wall_ms LIMIT ?5) RETURNING *`,
    )
    .bind(wallMs, wallMs + ASK_AGAIN_MS, wallMs - IN_FLIGHT_MS, wallMs - LATE_TRUTH_MS, MOST_ASKED)
    .all<OrderRow>();
  if (due.results.length === 0) return;
  const users = [...new Set(due.results.map((row) => row.user_id))];
  const keys = await relay.db
    .prepare(`SELECT * FROM trading_keys WHERE user_id IN (${users.map(() => "?").join(", ")})`)
    .bind(...users)
    .all<KeyRow>();
  const keyOf = new Map(keys.results.map((key) => [key.user_id, key]));
  await Promise.all(
    due.results.map(async (row) => {
      const key = keyOf.get(row.user_id);
      if (key) await askWithKey(relay, row, key);
    }),
  );
}
