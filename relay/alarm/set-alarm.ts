import { marketTimeAt, wallTimeAt } from "../../domain/time.ts";
import { epochMs } from "../../domain/units.ts";
import { marketClock } from "../clock.ts";
import type { Relay } from "../relay.ts";

/** Asks to be woken for the next run that can be claimed: at its time, or when the claim that stands on it ends. Reads
 *  what is written down, so it may be called at any time and by many at once. Where market time is unknown or stands
 *  still the cron is left to find out. Rule X54. */
export async function setAlarm(relay: Relay): Promise<void> {
  const { alarm } = relay.outside;
  if (!alarm) return;
  const clock = await marketClock(relay);
  if (!clock.ok) return;
  const nowMs = relay.outside.wallNow();
  const standing = `orders o JOIN reservations r ON r.id = o.reservation_id
    WHERE o.state IN ('reserved', 'claimed') AND r.state = 'active'`;
  const next = await relay.db
    .prepare(
      `SELECT
         (SELECT o.due_market_ms FROM ${standing}
            AND (o.due_market_ms > ?1 OR o.lease_wall_ms IS NULL OR o.lease_wall_ms <= ?2)
          ORDER BY o.due_market_ms LIMIT 1) AS due_market_ms,
         (SELECT MIN(o.lease_wall_ms) FROM ${standing}
            AND o.due_market_ms <= ?1 AND o.lease_wall_ms > ?2) AS lease_wall_ms`,
    )
    .bind(marketTimeAt(clock.value, nowMs), nowMs)
    .first<{ readonly due_market_ms: number | null; readonly lease_wall_ms: number | null }>();
  const wakeMs = Math.min(
    next?.due_market_ms == null ? Infinity : wallTimeAt(clock.value, next.due_market_ms),
    next?.lease_wall_ms ?? Infinity,
  );
  if (wakeMs !== Infinity) await alarm.wakeBy(epochMs(Math.max(nowMs, Math.ceil(wakeMs))));
}
