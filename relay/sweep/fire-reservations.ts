import { marketTimeAt, wallTimeAt } from "../../domain/time.ts";
import { SECOND_MS } from "../../domain/units.ts";
import type { OrderRequest } from "../../domain/order.ts";
import { ok, type Result } from "../../domain/result.ts";
import { marketClock } from "../clock.ts";
import type { RelayFault } from "../faults.ts";
import type { OrderRow } from "../orders/order-row.ts";
import { placeOrder } from "../orders/place-order.ts";
import { toldIfChanged } from "../orders/tell-order.ts";
import type { Relay } from "../relay.ts";
import { reservedRequestOf } from "../reservations/reservation-row.ts";
import { requestOfShare } from "../reservations/share-of-balance.ts";
import { apart } from "../apart.ts";

/** Claimed at once, and again until none is left or the handler has lived for so long; the rest waits for the next. */
const MOST_CLAIMED = 20;
const CLAIMING_MS = 15 * SECOND_MS;
/** What could not be tried now is left alone for so long. */
const TRY_AGAIN_MS = 20 * SECOND_MS;
/** Longer than a handler lives (30 s): what it left unfinished is taken up by a later one. Source: facts, "Relay". */
const LEASE_MS = 90 * SECOND_MS;

type ClaimedRun = OrderRow & { readonly share_bps: number | null; readonly window_ms: number };

/** Sends every reservation whose time has come, once, however many handlers run and wherever one dies. Rule X8. */
export async function fireReservations(relay: Relay): Promise<void> {
  const clock = await marketClock(relay);
  if (!clock.ok) return;
  const untilMs = relay.outside.wallNow() + CLAIMING_MS;
  // In minutes of the handler's own beat: a local exchange's clock may run fast, and then a beat is many market minutes.
  const stretch = Math.max(1, clock.value.speed);
  let claimed: readonly ClaimedRun[];
  do {
    const nowMs = marketTimeAt(clock.value, relay.outside.wallNow());
    claimed = await claim(relay, nowMs);
    const byUser = Map.groupBy(claimed, (row) => row.user_id);
    await apart(relay, byUser.values(), async (rows) => {
      for (const row of rows) {
        const windowEndMs = (row.due_market_ms ?? 0) + row.window_ms * stretch;
        await carryOut(relay, row, wallTimeAt(clock.value, windowEndMs));
      }
    });
  } while (claimed.length === MOST_CLAIMED && relay.outside.wallNow() < untilMs);
}

async function claim(relay: Relay, marketMs: number): Promise<readonly ClaimedRun[]> {
  const wallMs = relay.outside.wallNow();
  const claimed = await relay.db
    .prepare(
      `UPDATE orders SET state = 'claimed', lease_wall_ms = ?1, updated_wall_ms = ?2 WHERE id IN (
         SELECT o.id FROM orders o JOIN reservations r ON r.id = o.reservation_id
         WHERE o.due_market_ms <= ?3 AND r.state = 'active'
           AND o.state IN ('reserved', 'claimed') AND COALESCE(o.lease_wall_ms, 0) <= ?2
         ORDER BY o.due_market_ms LIMIT ?4)
       RETURNING *, (SELECT share_bps FROM reservations WHERE id = orders.reservation_id) AS share_bps,
         (SELECT window_ms FROM reservations WHERE id = orders.reservation_id) AS window_ms`,
    )
    .bind(wallMs + LEASE_MS, wallMs, marketMs, MOST_CLAIMED)
    .all<ClaimedRun>();
  return claimed.results;
}

/** @param endsWallMs end of the run's window: also what was claimed in time does not leave after it */
async function carryOut(relay: Relay, row: ClaimedRun, endsWallMs: number): Promise<void> {
  if (relay.outside.wallNow() > endsWallMs) return end(relay, row, { state: "expired" });
  const request = await amountsOf(relay, row);
  const placed = request.ok
    ? await placeOrder(relay, {
        by: { userId: row.user_id },
        origin: "reserved",
        request: request.value,
        idempotencyKey: row.idempotency_key,
        // The window's last instant is still in it.
        endsWallMs: Math.floor(endsWallMs) + 1,
        run: { id: row.id, leaseMs: row.lease_wall_ms ?? 0 },
      })
    : request;
  // Written down to be sent, or another handler has taken over.
  if (placed.ok || placed.fault.type === "reservation-not-waiting") return;
  // Nothing happened and nothing is wrong with it: the next run of the sweep tries again, within the window.
  if (placed.fault.kind === "retry") return end(relay, row, { state: "reserved" });
  return end(relay, row, { state: "rejected", refusal: placed.fault.type });
}

async function amountsOf(relay: Relay, row: ClaimedRun): Promise<Result<OrderRequest, RelayFault>> {
  const request = reservedRequestOf(row);
  return "shareBps" in request ? requestOfShare(relay, row.user_id, request) : ok(request);
}

type Ending = { readonly state: "reserved" | "expired" | "rejected"; readonly refusal?: string };

/** Only the claim that is still standing may end it. */
async function end(relay: Relay, row: ClaimedRun, { state, refusal }: Ending): Promise<void> {
  const nowMs = relay.outside.wallNow();
  const detail: Record<string, string> = refusal === undefined ? {} : { reason: refusal };
  const kind = state === "expired" ? "reservation-expired" : "reservation-failed";
  await relay.db.batch([
    relay.db
      .prepare(
        `UPDATE orders SET state = ?1, refusal = ?2, updated_wall_ms = ?3, lease_wall_ms = ?4
         WHERE id = ?5 AND state = 'claimed' AND lease_wall_ms = ?6`,
      )
      .bind(state, refusal ?? null, nowMs, nowMs + TRY_AGAIN_MS, row.id, row.lease_wall_ms),
    ...(state === "reserved" ? [] : [toldIfChanged(relay, row, kind, detail)]),
  ]);
}
