import { epochMs } from "../../domain/units.ts";
import type { User } from "../../domain/wire.ts";
import type { Relay } from "../relay.ts";

export type UserRow = {
  readonly id: string;
  readonly name: string;
  readonly display_name: string;
  readonly role: User["role"];
  readonly salt: string;
  readonly verifier_mac: string;
  readonly created_wall_ms: number;
};

export const userOf = (row: UserRow): User => ({
  id: row.id,
  name: row.name,
  displayName: row.display_name,
  role: row.role,
  createdAtMs: epochMs(row.created_wall_ms),
});

export const readUserByName = (relay: Relay, name: string): Promise<UserRow | null> =>
  relay.db.prepare("SELECT * FROM users WHERE name = ?").bind(name).first<UserRow>();

/** Writes a new user; the database decides between two who want the same name, and lets only the first admin be one.
 *  @returns false when the name is taken or, for an admin, when there is one already. Rule X10. */
export async function insertUser(relay: Relay, row: UserRow): Promise<boolean> {
  const written = await relay.db
    .prepare(
      `INSERT INTO users (id, name, display_name, role, salt, verifier_mac, created_wall_ms)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
       WHERE ?4 = 'member' OR NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin')
       ON CONFLICT (name) DO NOTHING RETURNING id`,
    )
    .bind(row.id, row.name, row.display_name, row.role, row.salt, row.verifier_mac, row.created_wall_ms)
    .all();
  return written.results.length === 1;
}
