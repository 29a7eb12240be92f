import { ok, type Result } from "../../domain/result.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/units.ts";
import { base64Url } from "../bytes.ts";
import { stop, type RelayFault } from "../faults.ts";
import type { Call } from "../http/route.ts";
import { newId, type Relay } from "../relay.ts";
import { sha256 } from "../web-crypto.ts";
import { coarseAddress, deviceLabel } from "./caller.ts";
import type { UserRow } from "./user-row.ts";

/** Two weeks without a visit end a session, three months end it in any case: a trader looks in more often, and a stolen
 *  cookie does not live for ever. Wall time. */
const IDLE_MS = 14 * DAY_MS;
const LONGEST_MS = 90 * DAY_MS;
/** So long the password counts as just given: time for one errand, not for whoever finds the laptop open after it. */
export const FRESH_MS = 5 * MINUTE_MS;
/** A visit is noted at most this often, so that reading does not write. */
const NOTE_EVERY_MS = 5 * MINUTE_MS;
const TOKEN_BYTES = 32;

const FLAGS = "Path=/; HttpOnly; Secure; SameSite=Strict";
export const SESSION_COOKIE = "__Host-session";
export const closedCookie = `${SESSION_COOKIE}=; ${FLAGS}; Max-Age=0`;

/** A name and value that the page's scripts never see. */
export const cookie = (name: string, value: string, lifeMs: number): string =>
  `${name}=${value}; ${FLAGS}; Max-Age=${lifeMs / 1000}`;

export function cookieIn(request: Request, name: string): string | null {
  const cookies = request.headers.get("Cookie")?.split(/;\s*/) ?? [];
  return cookies.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) || null;
}

export const newToken = (relay: Relay): string => base64Url(relay.outside.randomBytes(TOKEN_BYTES));

/** The database keeps a hash: reading it gives nobody a session. */
export async function tokenHashOf({ relay, request }: Pick<Call, "relay" | "request">): Promise<string | null> {
  const token = cookieIn(request, SESSION_COOKIE);
  return token === null ? null : sha256(relay.outside.crypto, token);
}

/** A session that has just proved who it is.
 *  @returns the value of the Set-Cookie header */
export async function openSession({ relay, request, address }: Call, userId: string): Promise<string> {
  const token = newToken(relay);
  const nowMs = relay.outside.wallNow();
  await relay.db.batch([
    relay.db
      .prepare("DELETE FROM sessions WHERE user_id = ? AND (seen_wall_ms < ? OR created_wall_ms < ?)")
      .bind(userId, nowMs - IDLE_MS, nowMs - LONGEST_MS),
    relay.db
      .prepare(
        `INSERT INTO sessions (token_hash, id, user_id, created_wall_ms, seen_wall_ms, confirmed_wall_ms, device, address)
         VALUES (?1, ?2, ?3, ?4, ?4, ?4, ?5, ?6)`,
      )
      .bind(
        await sha256(relay.outside.crypto, token),
        newId(relay),
        userId,
        nowMs,
        deviceLabel(request),
        coarseAddress(address),
      ),
  ]);
  return cookie(SESSION_COOKIE, token, LONGEST_MS);
}

/** A session seen and made before these moments is over: for statements that look at it in a batch of their own. */
export const sessionWindow = (nowMs: number): { readonly seenSinceMs: number; readonly madeSinceMs: number } => ({
  seenSinceMs: nowMs - IDLE_MS,
  madeSinceMs: nowMs - LONGEST_MS,
});

/** Good sessions of a user, latest visit first. */
export async function readSessions(relay: Relay, userId: string): Promise<readonly ListedSession[]> {
  const nowMs = relay.outside.wallNow();
  const rows = await relay.db
    .prepare(
      `SELECT * FROM sessions WHERE user_id = ? AND seen_wall_ms >= ? AND created_wall_ms >= ?
       ORDER BY seen_wall_ms DESC LIMIT 100`,
    )
    .bind(userId, nowMs - IDLE_MS, nowMs - LONGEST_MS)
    .all<ListedSession>();
  return rows.results;
}

type ListedSession = {
  readonly token_hash: string;
  readonly id: string;
  readonly device: string;
  readonly address: string;
  readonly created_wall_ms: number;
  readonly seen_wall_ms: number;
};

export type SessionRow = UserRow & {
  readonly session_id: string;
  readonly seen_wall_ms: number;
  readonly confirmed_wall_ms: number;
};

/** The user of a session that is still good, or null. A locked or deleted user has none. Rule X24. */
export async function readSession(relay: Relay, tokenHash: string): Promise<SessionRow | null> {
  const nowMs = relay.outside.wallNow();
  const row = await relay.db
    .prepare(
      `SELECT users.*, sessions.id AS session_id, sessions.seen_wall_ms, sessions.confirmed_wall_ms
       FROM sessions JOIN users ON users.id = sessions.user_id
       WHERE token_hash = ? AND sessions.seen_wall_ms >= ? AND sessions.created_wall_ms >= ?
         AND users.locked_wall_ms IS NULL AND users.deleted_wall_ms IS NULL`,
    )
    .bind(tokenHash, nowMs - IDLE_MS, nowMs - LONGEST_MS)
    .first<SessionRow>();
  if (row && nowMs - row.seen_wall_ms >= NOTE_EVERY_MS)
    await relay.db.prepare("UPDATE sessions SET seen_wall_ms = ? WHERE token_hash = ?").bind(nowMs, tokenHash).run();
  return row;
}

/** For a route where it depends on the body whether the password must have been given just now; a route that always
 *  needs it says so by its access. Rule X22.
 *  @param confirmedMs when the session last proved the password, wall time */
export function requireFresh({
  relay,
  confirmedMs,
}: {
  readonly relay: Relay;
  readonly confirmedMs: number;
}): Result<null, RelayFault> {
  return relay.outside.wallNow() - confirmedMs <= FRESH_MS
    ? ok(null)
    : stop("re-authentication-needed", "Give the password again; then repeat the request within five minutes.");
}

export const closeSession = (relay: Relay, tokenHash: string): D1PreparedStatement =>
  relay.db.prepare("DELETE FROM sessions WHERE token_hash = ?").bind(tokenHash);

/** @param but token hash of the session that goes on, if any */
export const closeSessions = (relay: Relay, userId: string, but = ""): D1PreparedStatement =>
  relay.db.prepare("DELETE FROM sessions WHERE user_id = ? AND token_hash <> ?").bind(userId, but);
