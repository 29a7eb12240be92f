import { epochMs } from "../../domain/units.ts";
import type { Member } from "../../domain/wire.ts";
import type { Relay } from "../relay.ts";
import { userOf, type UserRow } from "./user-row.ts";

type MemberRow = UserRow & { readonly has_key: number };
const SELECT = `SELECT users.*, EXISTS (SELECT 1 FROM trading_keys WHERE user_id = users.id) AS has_key
  FROM users WHERE deleted_wall_ms IS NULL`;

const memberOf = (row: MemberRow): Member => ({
  ...userOf(row),
  lockedAtMs: row.locked_wall_ms === null ? null : epochMs(row.locked_wall_ms),
  hasKey: row.has_key === 1,
});

/** Oldest first. */
export async function readMembers(relay: Relay, most: number): Promise<Member[]> {
  const rows = await relay.db.prepare(`${SELECT} ORDER BY created_wall_ms LIMIT ?`).bind(most).all<MemberRow>();
  return rows.results.map(memberOf);
}

export async function readMember(relay: Relay, id: string): Promise<Member | null> {
  const row = await relay.db.prepare(`${SELECT} AND id = ?`).bind(id).first<MemberRow>();
  return row && memberOf(row);
}

export type MemberAction = "lock" | "unlock" | "promote" | "demote";

/** An admin who can still act remains; and nobody locks the door behind oneself. */
const ANOTHER_ADMIN = `EXISTS (SELECT 1 FROM users AS other WHERE other.role = 'admin' AND other.id <> users.id
  AND other.locked_wall_ms IS NULL AND other.deleted_wall_ms IS NULL)`;
const CHANGES: Readonly<Record<MemberAction, string>> = {
  lock: `locked_wall_ms = ?2 WHERE id = ?1 AND id <> ?3 AND locked_wall_ms IS NULL
    AND (role = 'member' OR ${ANOTHER_ADMIN})`,
  unlock: "locked_wall_ms = NULL WHERE id = ?1 AND ?2 > 0 AND ?3 <> '' AND locked_wall_ms IS NOT NULL",
  promote: "role = 'admin' WHERE id = ?1 AND ?2 > 0 AND ?3 <> '' AND role = 'member' AND locked_wall_ms IS NULL",
  demote: `role = 'member' WHERE id = ?1 AND ?2 > 0 AND ?3 <> '' AND role = 'admin' AND ${ANOTHER_ADMIN}`,
};

/** One guarded statement decides, also between two admins at once. A locked account's sessions end in the same batch.
 *  Rule X24.
 *  @returns whether anything changed */
export async function changeMember(
  relay: Relay,
  action: MemberAction,
  { memberId, adminId }: { readonly memberId: string; readonly adminId: string },
): Promise<boolean> {
  const [changed] = await relay.db.batch([
    relay.db
      .prepare(`UPDATE users SET ${CHANGES[action]} AND deleted_wall_ms IS NULL RETURNING id`)
      .bind(memberId, relay.outside.wallNow(), adminId),
    relay.db
      .prepare(
        `DELETE FROM sessions WHERE user_id = ?1
         AND EXISTS (SELECT 1 FROM users WHERE id = ?1 AND locked_wall_ms IS NOT NULL)`,
      )
      .bind(memberId),
  ]);
  return changed!.results.length === 1;
}
