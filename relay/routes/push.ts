import type { InferOutput } from "valibot";
import { epochMs } from "../../domain/units.ts";
import { PushEntrySchema, type PushDevicesAnswerSchema } from "../../domain/wire.ts";
import { deviceLabel } from "../accounts/caller.ts";
import { auditRow } from "../audit/audit-row.ts";
import { refuse } from "../faults.ts";
import { answer, nothing } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";
import { isPushEndpoint } from "../push/push-endpoint.ts";
import { newId } from "../relay.ts";

const PATH = "/api/push";
/** Phones, desks and a few forgotten ones; the oldest goes when there are more. */
const MOST_DEVICES = 10;
type DeviceRow = { id: string; device: string; endpoint: string; created_wall_ms: number };

export const listPushDevices: Route = {
  method: "GET",
  path: PATH,
  access: "owner",
  async handle({ relay, user }) {
    const rows = await relay.db
      .prepare("SELECT * FROM push_subscriptions WHERE user_id = ? ORDER BY created_wall_ms DESC")
      .bind(user.id)
      .all<DeviceRow>();
    return answer<InferOutput<typeof PushDevicesAnswerSchema>>({
      devices: rows.results.map(({ id, device, endpoint, created_wall_ms }) => ({
        id,
        device,
        endpoint,
        createdAtMs: epochMs(created_wall_ms),
      })),
    });
  },
};

/** A browser's own subscription. It belongs to whoever is logged in there now: what an earlier user was to be told does
 *  not arrive on it any more. Rule X31. */
export const putPushDevice: Route = {
  method: "PUT",
  path: PATH,
  access: "owner",
  async handle({ relay, request, user, address }) {
    const body = await readBody(request, PushEntrySchema);
    if (!body.ok) return body;
    const { endpoint, p256dh, auth, language } = body.value;
    if (!isPushEndpoint(relay.settings, endpoint))
      return refuse("bad-input", "The endpoint belongs to no push service that is known here.", "endpoint");
    const nowMs = relay.outside.wallNow();
    const id = newId(relay);
    await relay.db.batch([
      relay.db
        .prepare("DELETE FROM push_subscriptions WHERE endpoint = ?1 AND (user_id <> ?2 OR p256dh <> ?3)")
        .bind(endpoint, user.id, p256dh),
      relay.db
        .prepare(
          `INSERT INTO push_subscriptions (id, user_id, endpoint, p256dh, auth, device, language, created_wall_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (endpoint) DO UPDATE SET language = excluded.language`,
        )
        .bind(id, user.id, endpoint, p256dh, auth, deviceLabel(request), language, nowMs),
      relay.db
        .prepare(
          `DELETE FROM push_subscriptions WHERE id IN (
             SELECT id FROM push_subscriptions WHERE user_id = ? ORDER BY created_wall_ms DESC, id LIMIT -1 OFFSET ?)`,
        )
        .bind(user.id, MOST_DEVICES),
      auditRow(relay, { userId: user.id, event: "push-added", detail: deviceLabel(request), address }),
    ]);
    return nothing();
  },
};

export const deletePushDevice: Route = {
  method: "DELETE",
  path: `${PATH}/:id`,
  access: "owner",
  async handle({ relay, user, params, address }) {
    const gone = await relay.db
      .prepare("DELETE FROM push_subscriptions WHERE id = ? AND user_id = ? RETURNING device")
      .bind(params["id"] ?? "", user.id)
      .first<{ device: string }>();
    if (!gone) return refuse("not-found", "There is no such device.");
    await auditRow(relay, { userId: user.id, event: "push-removed", detail: gone.device, address }).run();
    return nothing();
  },
};
