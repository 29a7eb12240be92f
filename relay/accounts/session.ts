import { DAY_MS, HOUR_MS } from "../../domain/units.ts";
import { base64, sha256 } from "../bytes.ts";
import type { Relay } from "../relay.ts";
import type { UserRow } from "./user-row.ts";

/** Two weeks without a visit end a session, three months end it in any case: a trader looks in more often, and a stolen
 *  cookie does not live for ever. Wall time. */
const IDLE_MS = 14 * DAY_MS;
const LONGEST_MS = 90 * DAY_MS;
/** A visit is noted at most this often, so that reading does not write. */
const NOTE_EVERY_MS = HOUR_MS;
const TOKEN_BYTES = 32;

const NAME = "__Host-session";
const FLAGS = "Path=/; HttpOnly; Secure; SameSite=Strict";
export const closedCookie = `${NAME}=; ${FLAGS}; Max-Age=0`;

/** The database keeps a hash: reading it gives nobody a session. */
export async function tokenHashOf(request: Request): Promise<string | null> {
  const cookies = request.headers.get("Cookie")?.split(/;\s*/) ?? [];
  const token = cookies.find((cookie) => cookie.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
  return token ? sha256(token) : null;
}

/** @returns the value of the Set-Cookie header */
export async function openSession(relay: Relay, userId: string): Promise<string> {
  const token = base64(relay.outside.randomBytes(TOKEN_BYTES)).replaceAll("+", "-").replaceAll("/", "_");
  const value = token.replaceAll("=", "");
  const nowMs = relay.outside.wallNow();
  await relay.db.batch([
    relay.db
      .prepare("DELETE FROM sessions WHERE user_id = ? AND (seen_wall_ms < ? OR created_wall_ms < ?)")
      .bind(userId, nowMs - IDLE_MS, nowMs - LONGEST_MS),
    relay.db
      .prepare("INSERT INTO sessions (token_hash, user_id, created_wall_ms, seen_wall_ms) VALUES (?, ?, ?, ?)")
      .bind(await sha256(value), userId, nowMs, nowMs),
  ]);
  return `${NAME}=${value}; ${FLAGS}; Max-Age=${LONGEST_MS / 1000}`;
}

/** The user of a session that is still good, or null. */
export async function readSession(relay: Relay, tokenHash: string): Promise<UserRow | null> {
  const nowMs = relay.outside.wallNow();
  const row = await relay.db
    .prepare(
      `SELECT users.*, sessions.seen_wall_ms FROM sessions JOIN users ON users.id = sessions.user_id
       WHERE token_hash = ? AND sessions.seen_wall_ms >= ? AND sessions.created_wall_ms >= ?`,
    )
    .bind(tokenHash, nowMs - IDLE_MS, nowMs - LONGEST_MS)
    .first<UserRow & { readonly seen_wall_ms: number }>();
  if (row && nowMs - row.seen_wall_ms >= NOTE_EVERY_MS)
    await relay.db.prepare("UPDATE sessions SET seen_wall_ms = ? WHERE token_hash = ?").bind(nowMs, tokenHash).run();
  return row;
}

export const closeSession = (relay: Relay, tokenHash: string): D1PreparedStatement =>
  relay.db.prepare("DELETE FROM sessions WHERE token_hash = ?").bind(tokenHash);
