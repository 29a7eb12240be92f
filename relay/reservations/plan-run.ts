import type { EpochMs } from "../../domain/units.ts";
import { newId, type Relay } from "../relay.ts";

/** Writes down the next run of a reservation, with the identifier under which its order will leave, unless one stands
 *  already or that time was planned before. Rule X50. */
export function planRun(
  relay: Relay,
  reservationId: string,
  { dueMs, marketMs }: { readonly dueMs: EpochMs; readonly marketMs: EpochMs },
): D1PreparedStatement {
  return relay.db
    .prepare(
      `INSERT INTO orders (id, user_id, identifier, idempotency_key, origin, kind, market, side, price, volume, total,
         time_in_force, state, created_market_ms, updated_market_ms, created_wall_ms, updated_wall_ms, reservation_id,
         due_market_ms)
       SELECT ?1, r.user_id, ?2, 'run:' || ?1, 'reserved', r.kind, r.market, r.side, r.price, r.volume, r.total,
         r.time_in_force, 'reserved', ?3, ?3, ?4, ?4, r.id, ?5
       FROM reservations r WHERE r.id = ?6 AND r.state IN ('active', 'paused') AND NOT EXISTS (SELECT 1 FROM orders o
         WHERE o.reservation_id = r.id AND (o.state IN ('reserved', 'claimed') OR o.due_market_ms = ?5))
       ON CONFLICT DO NOTHING`,
    )
    .bind(newId(relay), `obs-${newId(relay)}`, marketMs, relay.outside.wallNow(), dueMs, reservationId);
}
