import { DAY_MS } from "../../domain/units.ts";
import { marketNow } from "../clock.ts";
import type { Relay } from "../relay.ts";

/** Owners told in one run. */
const MOST_WARNED = 50;
/** A key is good until its end; how many days before its owner was told counts down 30, 7, 1, 0 (over). */
const STAGE = `CASE WHEN expires_at_ms <= ?1 THEN 0 WHEN expires_at_ms <= ?1 + ${DAY_MS} THEN 1
  WHEN expires_at_ms <= ?1 + ${7 * DAY_MS} THEN 7 ELSE 30 END`;
const DUE = `expires_at_ms <= ?1 + ${30 * DAY_MS} AND (warned_days IS NULL OR warned_days > ${STAGE})`;

/** Tells owners 30, 7 and 1 days before their key ends, and when it has: each of these once, in one batch with the note
 *  that it was told. Rule K8. */
export async function warnExpiring(relay: Relay): Promise<void> {
  const now = await marketNow(relay);
  if (!now.ok) return;
  const due = await relay.db
    .prepare(`SELECT id, ${STAGE} AS stage FROM trading_keys WHERE ${DUE} LIMIT ?2`)
    .bind(now.value, MOST_WARNED)
    .all<{ id: string; stage: number }>();
  for (const { id, stage } of due.results)
    await relay.db.batch([
      relay.db
        .prepare(
          `INSERT INTO notifications (user_id, kind, detail, created_wall_ms)
           SELECT user_id, ?3, ?4, ?5 FROM trading_keys WHERE id = ?2 AND ${DUE}`,
        )
        .bind(
          now.value,
          id,
          stage === 0 ? "key-expired" : "key-expiring",
          JSON.stringify(stage === 0 ? {} : { days: stage }),
          relay.outside.wallNow(),
        ),
      relay.db.prepare(`UPDATE trading_keys SET warned_days = ?3 WHERE id = ?2 AND ${DUE}`).bind(now.value, id, stage),
    ]);
}
