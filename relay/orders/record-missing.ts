import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { EXCHANGE_TIMEOUT_MS } from "../upbit/client.ts";
import type { Relay } from "../relay.ts";
import { AGREEMENT_MS, rereadOrder, type OrderRow } from "./order-row.ts";
import { newsOf } from "./tell-order.ts";

/** A request under way is not asked about before this long: it may not have arrived yet. */
export const IN_FLIGHT_MS = 15 * SECOND_MS;
/** "No such order" proves nothing at first: a lookup may lag and a request may arrive late. It counts once it was said
 *  this often, and for this long past our own time-out. Source: upbit-api 7, "POST time-out". Rule X39. */
const MISSING_TIMES = 3;
const MISSING_FOR_MS = 10 * SECOND_MS;
/** An unknown order is asked about again after this long by whoever waits for it. */
const SOON_MS = 2 * SECOND_MS;
const LONGEST_PAUSE_MS = DAY_MS;

/** When our own time-out of the last attempt was over. */
const overSince = (row: OrderRow): number => (row.sent_wall_ms ?? row.created_wall_ms) + EXCHANGE_TIMEOUT_MS;

/** Whether the exchange has denied the order often and long enough that the same identifier may be sent again. */
export const isDeniedLongEnough = (row: OrderRow, wallMs: number): boolean =>
  row.missing_count >= MISSING_TIMES && wallMs - overSince(row) >= MISSING_FOR_MS;

/** The exchange said that it does not know the order. What it may spend stays as it is: a vanished one may still arrive.
 *  Rules X39, X55. */
export async function recordMissing(relay: Relay, row: OrderRow): Promise<OrderRow> {
  if (!["sending", "unknown", "burned", "expired"].includes(row.state)) return row;
  const wallMs = relay.outside.wallNow();
  if (wallMs < overSince(row)) return row;
  const count = row.missing_count + 1;
  const sinceMs = row.missing_since_wall_ms ?? wallMs;
  const denied = { ...row, missing_count: count, missing_since_wall_ms: sinceMs };
  const open = row.state === "sending" || row.state === "unknown";
  const state = open ? (isGone(denied, wallMs) ? goneAs(row) : "unknown") : row.state;
  const written = await relay.db.batch([
    relay.db
      .prepare(
        `UPDATE orders SET state = ?1, missing_count = ?2, missing_since_wall_ms = ?3, updated_wall_ms = ?4,
           asked_wall_ms = ?4, ask_wall_ms = ?5, doubted = 1
         WHERE id = ?6 AND state = ?7 AND missing_count = ?8 AND attempts = ?9 RETURNING *`,
      )
      .bind(
        state,
        count,
        sinceMs,
        wallMs,
        wallMs + pauseMs(denied, state === "unknown", wallMs),
        row.id,
        row.state,
        row.missing_count,
        row.attempts,
      ),
    ...newsOf(relay, row, { state }),
  ]);
  return (written[0]!.results[0] as OrderRow | undefined) ?? rereadOrder(relay, row);
}

/** Gone for good, as far as that can be said: denied for a minute, and too late to be sent again. */
const isGone = (denied: OrderRow, wallMs: number): boolean =>
  isDeniedLongEnough(denied, wallMs) &&
  wallMs - (denied.missing_since_wall_ms ?? wallMs) >= AGREEMENT_MS &&
  wallMs >= (denied.valid_until_wall_ms ?? 0);

/** An attempt after a doubtful one was refused by name: then that is what became of it. */
const goneAs = (row: OrderRow) => (row.exchange_error === null ? ("expired" as const) : ("burned" as const));

/** A refused or vanished order is asked about more and more rarely, in case it appears late: after as long again as it
 *  has been denied so far. Not by the number of denials: whoever waited for it asked many times within seconds. */
function pauseMs({ missing_since_wall_ms: sinceMs }: OrderRow, open: boolean, wallMs: number) {
  const agreedMs = wallMs - (sinceMs ?? wallMs);
  if (open || agreedMs < AGREEMENT_MS) return agreedMs < MISSING_FOR_MS ? SOON_MS : MINUTE_MS / 4;
  return Math.min(agreedMs, LONGEST_PAUSE_MS);
}
