import { epochMs } from "../../domain/units.ts";
import type { User } from "../../domain/wire.ts";
import type { Relay } from "../relay.ts";

export type UserRow = {
  readonly id: string;
  readonly name: string;
  readonly display_name: string;
  readonly role: User["role"];
  readonly created_wall_ms: number;
  readonly locked_wall_ms: number | null;
  readonly deleted_wall_ms: number | null;
};

export const userOf = (row: UserRow): User => ({
  id: row.id,
  name: row.name,
  displayName: row.display_name,
  role: row.role,
  createdAtMs: epochMs(row.created_wall_ms),
});

export const readUserByName = (relay: Relay, name: string): Promise<UserRow | null> =>
  relay.db.prepare("SELECT * FROM users WHERE name = ? AND deleted_wall_ms IS NULL").bind(name).first<UserRow>();
