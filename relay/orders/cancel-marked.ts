import { apart } from "../apart.ts";
import type { Relay } from "../relay.ts";
import { cancelOrder } from "./cancel-order.ts";
import type { OrderRow } from "./order-row.ts";

/** In one go; four requests each stay far below the platform's limit. */
const MOST_CANCELLED = 20;

/** Cancels what a halt or a silent session marked, as soon as it is known to be open; what is not known yet is asked
 *  about by the sweep, and marked still when the next run comes. Rule X47. */
export async function cancelMarked(relay: Relay): Promise<void> {
  const marked = await relay.db
    .prepare("SELECT * FROM orders WHERE cancel_due = 1 AND state = 'accepted' LIMIT ?")
    .bind(MOST_CANCELLED)
    .all<OrderRow>();
  await apart(relay, marked.results, (row) => cancelOrder(relay, row));
}
