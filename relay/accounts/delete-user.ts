import { auditRow } from "../audit/audit-row.ts";
import type { Relay } from "../relay.ts";

/** What is the user's own goes for good: key, password, sessions, devices, notices, the name. What tells of money and
 *  security stays (orders, reservations, the trail), under a number that no longer leads to a name. Rule X25.
 *  @returns false for the last admin, who stays */
export async function deleteUser(relay: Relay, userId: string, address: string): Promise<boolean> {
  const nowMs = relay.outside.wallNow();
  const gone = "EXISTS (SELECT 1 FROM users WHERE id = ?1 AND deleted_wall_ms IS NOT NULL)";
  const own = (table: string) => relay.db.prepare(`DELETE FROM ${table} WHERE user_id = ?1 AND ${gone}`).bind(userId);
  const [deleted] = await relay.db.batch([
    relay.db
      .prepare(
        `UPDATE users SET name = '~' || id, display_name = '', role = 'member', deleted_wall_ms = ?2
         WHERE id = ?1 AND deleted_wall_ms IS NULL AND (role = 'member' OR EXISTS (
           SELECT 1 FROM users WHERE role = 'admin' AND id <> ?1 AND locked_wall_ms IS NULL)) RETURNING id`,
      )
      .bind(userId, nowMs),
    relay.db
      .prepare(
        `UPDATE reservations SET state = 'cancelled', updated_wall_ms = ?2
         WHERE user_id = ?1 AND state IN ('waiting', 'paused') AND ${gone}`,
      )
      .bind(userId, nowMs),
    ...["trading_keys", "credentials", "sessions", "known_devices", "push_subscriptions", "notifications"].map(own),
  ]);
  if (deleted!.results.length === 0) return false;
  await auditRow(relay, { userId, event: "account-deleted", address }).run();
  return true;
}
