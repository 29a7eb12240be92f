import { DAY_MS } from "../../domain/units.ts";
import type { Result } from "../../domain/result.ts";
import type { RelayFault } from "../faults.ts";
import type { Call } from "../http/route.ts";
import type { Relay } from "../relay.ts";
import { sha256 } from "../web-crypto.ts";
import { countAttempt, forgetAttempts } from "./attempts.ts";
import { cookie, cookieIn, newToken } from "./session.ts";

/** A browser that has logged in once carries a mark. Guesses from it are counted on its own account, so that a stranger
 *  who guesses from everywhere stops strangers only: the owner still gets in from where the owner has been before. */
const DEVICE_COOKIE = "__Host-device";
const LIFE_MS = 365 * DAY_MS;
/** From all strangers together against one name in a quarter of an hour: slow enough against a whole botnet, and never
 *  counted for a browser that is known. */
const MOST_OF_STRANGERS = 50;

/** Counts a guess at a name's password before it is judged: strangers by their address and all together by the name, a
 *  known device by itself. Rules X11, X21.
 *  @returns the scopes to forget after a right guess, and the device's own mark */
export async function countLogIn(
  { relay, request, address }: Call,
  name: string,
  userId: string | null,
): Promise<Result<{ readonly forget: readonly D1PreparedStatement[]; readonly known: boolean }, RelayFault>> {
  const mark = cookieIn(request, DEVICE_COOKIE);
  const deviceHash = mark === null ? null : await sha256(relay.outside.crypto, mark);
  const known = deviceHash !== null && userId !== null && (await isKnown(relay, deviceHash, userId));
  const where = known ? `device ${deviceHash}` : address;
  const own = await countAttempt(relay, `log-in:${name}`, where);
  if (!own.ok) return own;
  if (!known) {
    const all = await countAttempt(relay, `log-in:${name}`, "strangers", MOST_OF_STRANGERS);
    if (!all.ok) return all;
  }
  return { ok: true, value: { forget: [forgetAttempts(relay, own.value)], known } };
}

async function isKnown(relay: Relay, deviceHash: string, userId: string): Promise<boolean> {
  const row = await relay.db
    .prepare("SELECT 1 FROM known_devices WHERE device_hash = ? AND user_id = ? AND seen_wall_ms > ?")
    .bind(deviceHash, userId, relay.outside.wallNow() - LIFE_MS)
    .first();
  return row !== null;
}

/** Remembers the browser that has just logged in.
 *  @returns the value of its Set-Cookie header */
export async function rememberDevice({ relay, request }: Call, userId: string): Promise<string> {
  const mark = cookieIn(request, DEVICE_COOKIE) ?? newToken(relay);
  await relay.db
    .prepare("INSERT OR REPLACE INTO known_devices (device_hash, user_id, seen_wall_ms) VALUES (?, ?, ?)")
    .bind(await sha256(relay.outside.crypto, mark), userId, relay.outside.wallNow())
    .run();
  return cookie(DEVICE_COOKIE, mark, LIFE_MS);
}

export const forgetDevices = (relay: Relay, userId: string): D1PreparedStatement =>
  relay.db.prepare("DELETE FROM known_devices WHERE user_id = ?").bind(userId);

/** A session and the mark of its browser: the headers of an answer that lets somebody in. */
export function letIn(session: string, device: string): Headers {
  const headers = new Headers();
  headers.append("Set-Cookie", session);
  headers.append("Set-Cookie", device);
  return headers;
}
