import type { PushMessage } from "../../domain/wire.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import type { Relay } from "../relay.ts";
import { isPushEndpoint } from "./push-endpoint.ts";
import type { Vapid } from "./vapid.ts";

/** Sent in one go; more wait for the next minute. Two subrequests each would still fit the platform's limit. */
const MOST_SENT = 20;
/** Who claimed a message tries it until then; a handler that died leaves it to a later one. */
const LEASE_MS = MINUTE_MS;
const TIMEOUT_MS = 10 * SECOND_MS;
/** Then nothing more is tried: the notice itself stays on the screen. */
const WAITS_MS: readonly number[] = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS];
/** A push service keeps it so long for a device that is off. */
const TTL_S = 24 * 3600;
/** Source: RFC 8292, section 2: at most a day. */
const TOKEN_LIFE_MS = 12 * HOUR_MS;

type DueRow = {
  readonly delivery_id: number;
  readonly tries: number;
  readonly subscription_id: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly language: PushMessage["language"];
  readonly notification_id: number;
  readonly kind: PushMessage["kind"];
  readonly detail: string;
};

/** Sends what is due, each message claimed first so that two handlers send none twice at the same time. A device that
 *  its push service does not know any more is forgotten; other failures are tried again, a few times. Rule X32. */
export async function deliverPushes(relay: Relay): Promise<void> {
  const { vapid } = relay.settings;
  if (!vapid) return;
  const due = await claim(relay);
  await Promise.all(due.map(async (row) => settle(relay, row, await send(relay, vapid, row))));
}

async function claim(relay: Relay): Promise<readonly DueRow[]> {
  const nowMs = relay.outside.wallNow();
  const claimed = await relay.db
    .prepare(
      `UPDATE push_deliveries SET next_wall_ms = ?1, tries = tries + 1 WHERE id IN (
         SELECT id FROM push_deliveries WHERE next_wall_ms <= ?2 ORDER BY next_wall_ms LIMIT ?3)
       RETURNING id`,
    )
    .bind(nowMs + LEASE_MS, nowMs, MOST_SENT)
    .all<{ id: number }>();
  if (claimed.results.length === 0) return [];
  const rows = await relay.db
    .prepare(
      `SELECT d.id AS delivery_id, d.tries, s.id AS subscription_id, s.endpoint, s.p256dh, s.auth, s.language,
         n.id AS notification_id, n.kind, n.detail
       FROM push_deliveries d JOIN push_subscriptions s ON s.id = d.subscription_id
         JOIN notifications n ON n.id = d.notification_id
       WHERE d.id IN (${claimed.results.map(() => "?").join(", ")})`,
    )
    .bind(...claimed.results.map(({ id }) => id))
    .all<DueRow>();
  return rows.results;
}

/** gone: the device has unsubscribed. */
type Outcome = "taken" | "gone" | "failed";

async function send(relay: Relay, vapid: Vapid, row: DueRow): Promise<Outcome> {
  // The rules may have become stricter since the device was written down.
  if (!isPushEndpoint(relay.settings, row.endpoint)) return "gone";
  const message = {
    id: row.notification_id,
    kind: row.kind,
    detail: JSON.parse(row.detail) as PushMessage["detail"],
    language: row.language,
  } satisfies PushMessage;
  const body = await relay.outside.crypto.sealPush(row, JSON.stringify(message));
  if (!body) return "gone";
  try {
    const response = await relay.outside.fetch(row.endpoint, {
      method: "POST",
      headers: {
        TTL: String(TTL_S),
        Urgency: "high",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        Authorization: `vapid t=${await vapidToken(relay, vapid, row.endpoint)}, k=${vapid.publicKey}`,
      },
      body,
      redirect: "manual",
      signal: relay.outside.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.status === 404 || response.status === 410) return "gone";
    return response.status >= 200 && response.status < 300 ? "taken" : "failed";
  } catch {
    // Time-out or no connection: tried again like any other failure.
    return "failed";
  }
}

/** Source: RFC 8292, section 2. */
function vapidToken(relay: Relay, { key, subject }: Vapid, endpoint: string): Promise<string> {
  const exp = Math.floor((relay.outside.wallNow() + TOKEN_LIFE_MS) / SECOND_MS);
  return relay.outside.crypto.token(key, "ES256", { aud: new URL(endpoint).origin, exp, sub: subject });
}

async function settle(relay: Relay, row: DueRow, outcome: Outcome): Promise<void> {
  const waitMs = outcome === "failed" ? WAITS_MS[row.tries - 1] : undefined;
  if (waitMs !== undefined) {
    await relay.db
      .prepare("UPDATE push_deliveries SET next_wall_ms = ? WHERE id = ?")
      .bind(relay.outside.wallNow() + waitMs, row.delivery_id)
      .run();
    return;
  }
  const rest = relay.db.prepare("DELETE FROM push_deliveries WHERE id = ?").bind(row.delivery_id);
  if (outcome !== "gone") return void (await rest.run());
  await relay.db.batch([
    relay.db.prepare("DELETE FROM push_deliveries WHERE subscription_id = ?").bind(row.subscription_id),
    relay.db.prepare("DELETE FROM push_subscriptions WHERE id = ?").bind(row.subscription_id),
  ]);
}
