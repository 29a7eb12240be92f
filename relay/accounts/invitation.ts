import { epochMs } from "../../domain/units.ts";
import type { Invitation } from "../../domain/wire.ts";
import type { Relay } from "../relay.ts";
import { pepperedHash } from "../settings.ts";

/** No letter that is mistaken for another when read aloud. 16 of 31: 79 bits, beyond guessing through a throttled
 *  route. */
const LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const LENGTH = 16;

/** `ABCD-EFGH-JKMN-PQRS`, each letter equally likely. */
export function newCode(relay: Relay): string {
  const letters: string[] = [];
  // 31 does not divide 256: bytes past the last whole round would favour the first letters.
  const fair = LETTERS.length * Math.floor(256 / LETTERS.length);
  while (letters.length < LENGTH)
    for (const byte of relay.outside.randomBytes(LENGTH))
      if (byte < fair) letters.push(LETTERS[byte % LETTERS.length]!);
  return letters
    .slice(0, LENGTH)
    .join("")
    .replace(/(.{4})(?!$)/g, "$1-");
}

/** Typed by hand: capitals, blanks and dashes do not matter. */
export const codeHash = (relay: Relay, code: string): Promise<string> =>
  pepperedHash(relay, "invitation", code.toUpperCase().replace(/[^A-Z0-9]/g, ""));

type InvitationRow = {
  readonly id: string;
  readonly created_wall_ms: number;
  readonly expires_wall_ms: number;
  readonly used_wall_ms: number | null;
  readonly used_name: string | null;
};

export const invitationOf = (row: InvitationRow): Invitation => ({
  id: row.id,
  createdAtMs: epochMs(row.created_wall_ms),
  expiresAtMs: epochMs(row.expires_wall_ms),
  usedBy: row.used_wall_ms === null ? null : (row.used_name ?? "?"),
});

/** Newest first. */
export async function readInvitations(relay: Relay, most: number): Promise<Invitation[]> {
  const rows = await relay.db
    .prepare(
      `SELECT invitations.*, users.display_name AS used_name FROM invitations
       LEFT JOIN users ON users.id = invitations.used_by ORDER BY invitations.created_wall_ms DESC LIMIT ?`,
    )
    .bind(most)
    .all<InvitationRow>();
  return rows.results.map(invitationOf);
}
