import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { marketNow } from "../clock.ts";
import type { Relay } from "../relay.ts";
import type { OrderRow } from "./order-row.ts";
import { ASK_AGAIN_MS } from "./record-order.ts";

/** A request under way is not asked about before this long: it may not have arrived yet. */
export const IN_FLIGHT_MS = 15 * SECOND_MS;
/** "No such order" must have been said this often, and over this long, before it is believed: a lookup may lag behind
 *  and a request may arrive late. Source: upbit-api 7, "POST time-out". */
const MISSING_TIMES = 3;
const MISSING_FOR_MS = MINUTE_MS;
const LONGEST_PAUSE_MS = DAY_MS;

/** The exchange said that it does not know the order. Once proves nothing. Rule X7. */
export async function recordMissing(relay: Relay, row: OrderRow): Promise<OrderRow> {
  if (!["sending", "unknown", "burned", "expired"].includes(row.state)) return row;
  const wallMs = relay.outside.wallNow();
  const count = row.missing_count + 1;
  const sinceMs = row.missing_since_wall_ms ?? wallMs;
  const open = row.state === "sending" || row.state === "unknown";
  const state = open ? ((await isGone(relay, row, { count, sinceMs })) ? "expired" : "unknown") : row.state;
  const pauseMs = state === "unknown" ? ASK_AGAIN_MS : Math.min(ASK_AGAIN_MS * 2 ** count, LONGEST_PAUSE_MS);
  const written = await relay.db
    .prepare(
      `UPDATE orders SET state = ?1, missing_count = ?2, missing_since_wall_ms = ?3, updated_wall_ms = ?4,
         ask_wall_ms = ?5 WHERE id = ?6 AND state = ?7 AND missing_count = ?8 RETURNING *`,
    )
    .bind(state, count, sinceMs, wallMs, wallMs + pauseMs, row.id, row.state, row.missing_count)
    .all<OrderRow>();
  const [updated] = written.results;
  if (updated) return updated;
  return (await relay.db.prepare("SELECT * FROM orders WHERE id = ?").bind(row.id).first<OrderRow>()) ?? row;
}

async function isGone(relay: Relay, row: OrderRow, { count, sinceMs }: { count: number; sinceMs: number }) {
  if (count < MISSING_TIMES || relay.outside.wallNow() - sinceMs < MISSING_FOR_MS) return false;
  const now = await marketNow(relay);
  return now.ok && now.value - row.created_market_ms >= MISSING_FOR_MS;
}
