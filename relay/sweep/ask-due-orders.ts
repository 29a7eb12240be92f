import { DAY_MS, SECOND_MS } from "../../domain/units.ts";
import type { KeyRow } from "../keys/key-row.ts";
import { openKey, type OpenKey } from "../orders/ask-order.ts";
import { stepOrder } from "../orders/follow-order.ts";
import type { OrderRow } from "../orders/order-row.ts";
import { IN_FLIGHT_MS } from "../orders/record-missing.ts";
import { ASK_AGAIN_MS } from "../orders/record-order.ts";
import type { Relay } from "../relay.ts";
import { apart } from "../apart.ts";

/** Questions in one run: two subrequests each stay far below the platform's limit of a run. */
const MOST_ASKED = 20;
/** So long a refused or vanished order may still turn up. */
const LATE_TRUTH_MS = 7 * DAY_MS;
/** Whoever is following the order right behind its answer is not disturbed. */
const FOLLOWED_MS = 25 * SECOND_MS;

/** Takes orders whose truth is open one step further, longest unasked first; refused and vanished ones are asked about
 *  more and more rarely for a week. Rules X6, X39. */
export async function askDueOrders(relay: Relay): Promise<void> {
  const wallMs = relay.outside.wallNow();
  const due = await relay.db
    .prepare(
      `UPDATE orders SET asked_wall_ms = ?1, ask_wall_ms = ?2 WHERE id IN (
         SELECT id FROM orders WHERE ask_wall_ms <= ?1 AND (
           state = 'accepted' OR (state = 'unknown' AND sent_wall_ms <= ?6)
           OR (state = 'sending' AND (sent_wall_ms <= ?3 OR exchange_error IS NOT NULL) AND sent_wall_ms <= ?6)
           OR (state IN ('expired', 'burned') AND attempts > 0 AND intent_wall_ms > ?4))
         ORDER BY ask_wall_ms LIMIT ?5) RETURNING *`,
    )
    .bind(
      wallMs,
      wallMs + ASK_AGAIN_MS,
      wallMs - IN_FLIGHT_MS,
      wallMs - LATE_TRUTH_MS,
      MOST_ASKED,
      wallMs - FOLLOWED_MS,
    )
    .all<OrderRow>();
  const keys = await keysOf(relay, due.results);
  await apart(relay, due.results, async (row) => {
    const key = keys.get(row.user_id);
    if (key) await stepOrder(relay, row, key);
  });
}

async function keysOf(relay: Relay, rows: readonly OrderRow[]): Promise<ReadonlyMap<string, OpenKey | null>> {
  const users = [...new Set(rows.map((row) => row.user_id))];
  if (users.length === 0) return new Map();
  const keys = await relay.db
    .prepare(`SELECT * FROM trading_keys WHERE user_id IN (${users.map(() => "?").join(", ")})`)
    .bind(...users)
    .all<KeyRow>();
  return new Map(await Promise.all(keys.results.map(async (row) => [row.user_id, await openKey(relay, row)] as const)));
}
