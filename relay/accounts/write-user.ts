import { auditRow } from "../audit/audit-row.ts";
import { newId, type Relay } from "../relay.ts";
import type { UserRow } from "./user-row.ts";

export type NewUser = {
  readonly row: UserRow;
  readonly salt: string;
  readonly verifierMac: string;
  /** Keyed hash of the invitation that lets this one in; null where none is needed. */
  readonly invitation: string | null;
  readonly address: string;
};

/** Writes a new user and its password in one batch; the database decides between two who want the same name
 *  or the same invitation, and lets only the first admin be one.
 *  @returns false when the name is taken, the invitation is not good or, for an admin, there is one already. Rules X10,
 *  X20. */
export async function writeUser(
  relay: Relay,
  { row, salt, verifierMac, invitation, address }: NewUser,
): Promise<boolean> {
  const nowMs = row.created_wall_ms;
  const [written] = await relay.db.batch([
    relay.db
      .prepare(
        `INSERT INTO users (id, name, display_name, role, created_wall_ms) SELECT ?1, ?2, ?3, ?4, ?5
         WHERE (?4 = 'member' OR NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin'))
           AND (?6 IS NULL OR EXISTS (SELECT 1 FROM invitations
             WHERE code_hash = ?6 AND used_wall_ms IS NULL AND expires_wall_ms > ?5))
         ON CONFLICT (name) DO NOTHING RETURNING id`,
      )
      .bind(row.id, row.name, row.display_name, row.role, nowMs, invitation),
    relay.db
      .prepare(
        `INSERT INTO credentials (id, user_id, kind, salt, verifier_mac, created_wall_ms)
         SELECT ?1, ?2, 'password', ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM users WHERE id = ?2)`,
      )
      .bind(newId(relay), row.id, salt, verifierMac, nowMs),
    relay.db
      .prepare(
        `UPDATE invitations SET used_by = ?1, used_wall_ms = ?2
         WHERE code_hash = ?3 AND EXISTS (SELECT 1 FROM users WHERE id = ?1)`,
      )
      .bind(row.id, nowMs, invitation),
  ]);
  if (written!.results.length === 0) return false;
  await auditRow(relay, { userId: row.id, event: "signed-up", detail: row.role, address }).run();
  return true;
}
