import { MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { marketTimeAt } from "../../domain/time.ts";
import { marketClock } from "../clock.ts";
import type { OrderRow } from "../orders/order-row.ts";
import { placeOrder } from "../orders/place-order.ts";
import { requestOfColumns } from "../orders/request-columns.ts";
import type { Relay } from "../relay.ts";
import type { ReservationRow } from "../reservations/reservation-row.ts";

/** Claimed at once; more wait for the next minute. */
const MOST_CLAIMED = 20;
/** Longer than a handler lives (30 s): what it left unfinished is taken up by a later one. Source: facts, "Relay". */
const LEASE_MS = 90 * SECOND_MS;
/** Later than this nobody wants the order any more. In minutes of the handler's own beat: a local exchange's clock may
 *  run fast, and then a minute's beat is many market minutes. */
const LATEST_MS = 10 * MINUTE_MS;
/** Between two orders of one user: 8 a second, under the exchange's 12 (upbit-api 1.5). */
const PAUSE_MS = 125;

/** Sends every reservation whose time has come, once, however many handlers run and wherever one dies. Rule X8. */
export async function fireReservations(relay: Relay): Promise<void> {
  const clock = await marketClock(relay);
  if (!clock.ok) return;
  const nowMs = marketTimeAt(clock.value, relay.outside.wallNow());
  const latestMs = LATEST_MS * Math.max(1, clock.value.speed);
  const claimed = await claim(relay, nowMs);
  const byUser = Map.groupBy(claimed, (row) => row.user_id);
  await Promise.all(
    Array.from(byUser.values(), async (rows) => {
      for (const row of rows) {
        await carryOut(relay, row, nowMs - row.due_market_ms > latestMs);
        await relay.outside.sleep(PAUSE_MS);
      }
    }),
  );
}

async function claim(relay: Relay, marketMs: number): Promise<readonly ReservationRow[]> {
  const wallMs = relay.outside.wallNow();
  const claimed = await relay.db
    .prepare(
      `UPDATE reservations SET state = 'claimed', lease_wall_ms = ?1, updated_wall_ms = ?2 WHERE id IN (
         SELECT id FROM reservations WHERE due_market_ms <= ?3
           AND (state = 'waiting' OR (state = 'claimed' AND lease_wall_ms <= ?2))
         ORDER BY due_market_ms LIMIT ?4) RETURNING *`,
    )
    .bind(wallMs + LEASE_MS, wallMs, marketMs, MOST_CLAIMED)
    .all<ReservationRow>();
  return claimed.results;
}

/** The name of the order that a reservation makes. No person can send it: theirs are UUIDs. */
const idempotencyKeyOf = (row: ReservationRow): string => `reservation:${row.id}`;

async function carryOut(relay: Relay, row: ReservationRow, late: boolean): Promise<void> {
  // An earlier handler may have sent it and died before it could say so.
  const earlier = await relay.db
    .prepare("SELECT * FROM orders WHERE user_id = ? AND idempotency_key = ?")
    .bind(row.user_id, idempotencyKeyOf(row))
    .first<OrderRow>();
  if (earlier) return close(relay, row, { state: "done", orderId: earlier.id });
  if (late) return close(relay, row, { state: "expired" });
  const placed = await placeOrder(relay, {
    userId: row.user_id,
    origin: "reserved",
    request: requestOfColumns(row),
    idempotencyKey: idempotencyKeyOf(row),
    claim: { reservationId: row.id, leaseWallMs: row.lease_wall_ms ?? 0 },
  });
  if (placed.ok) return close(relay, row, { state: "done", orderId: placed.value.id });
  // The exchange's clock did not answer, or another handler took over: what is left waits for the next run.
  if (placed.fault.kind === "retry" || placed.fault.type === "reservation-not-waiting") return;
  return close(relay, row, { state: "failed", failure: placed.fault.type });
}

type Ending = { readonly state: "done" | "expired" | "failed"; readonly orderId?: string; readonly failure?: string };

/** Only the claim that is still standing may end it. */
async function close(relay: Relay, row: ReservationRow, { state, orderId, failure }: Ending): Promise<void> {
  await relay.db
    .prepare(
      `UPDATE reservations SET state = ?, order_id = ?, failure = ?, updated_wall_ms = ?
       WHERE id = ? AND state = 'claimed' AND lease_wall_ms = ?`,
    )
    .bind(state, orderId ?? null, failure ?? null, relay.outside.wallNow(), row.id, row.lease_wall_ms)
    .run();
}
