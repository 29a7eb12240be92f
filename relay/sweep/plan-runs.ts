import type { Schedule } from "../../domain/schedule.ts";
import { DAY_MS, epochMs, type EpochMs } from "../../domain/units.ts";
import { marketNow } from "../clock.ts";
import type { Relay } from "../relay.ts";
import { nextRunAfter } from "../reservations/next-run.ts";
import { planRun } from "../reservations/plan-run.ts";

const MOST_PLANNED = 50;
/** Times missed longer ago than this leave no row of their own. */
const CAUGHT_UP_MS = 7 * DAY_MS;

/** Gives every recurring reservation its next run, and ends single ones whose run is over. Whatever died before it got
 *  here is made up for by the next sweep. Rule X50. */
export async function planRuns(relay: Relay): Promise<void> {
  const now = await marketNow(relay);
  if (!now.ok) return;
  const standing = `EXISTS (SELECT 1 FROM orders o WHERE o.reservation_id = r.id AND o.state IN ('reserved', 'claimed'))`;
  const [, bare] = await relay.db.batch([
    relay.db
      .prepare(
        `UPDATE reservations AS r SET state = 'ended', updated_wall_ms = ?
         WHERE state = 'active' AND schedule ->> '$.every' = 'once' AND NOT ${standing}`,
      )
      .bind(relay.outside.wallNow()),
    relay.db
      .prepare(
        `SELECT id, schedule, (SELECT MAX(due_market_ms) FROM orders o WHERE o.reservation_id = r.id) AS last_ms
         FROM reservations r WHERE state = 'active' AND NOT ${standing} LIMIT ?`,
      )
      .bind(MOST_PLANNED),
  ]);
  const planned = (bare!.results as { id: string; schedule: string; last_ms: number | null }[]).flatMap((row) => {
    const afterMs = epochMs(Math.max(row.last_ms ?? now.value, now.value - CAUGHT_UP_MS));
    const dueMs: EpochMs | null = nextRunAfter(JSON.parse(row.schedule) as Schedule, afterMs);
    return dueMs === null ? [] : [planRun(relay, row.id, { dueMs, marketMs: now.value })];
  });
  if (planned.length > 0) await relay.db.batch(planned);
}
