import * as v from "valibot";
import type { EpochMs } from "./units.ts";

/** The contract between web and relay about what a user is told, on the screen and by push. */

const Epoch = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.transform((value) => value as EpochMs),
);

/** What a user can be told. The words stand in web/notice-words.ts, one entry for each of these. */
export const NOTICE_KINDS = [
  "order-done",
  "order-refused",
  "order-unknown",
  "order-delayed",
  "order-late",
  "reservation-done",
  "reservation-failed",
  "reservation-expired",
  "auto-ended",
  "halted",
  "halt-lifted",
  "limits-raised",
  "key-stored",
  "key-deleted",
  "key-expiring",
  "key-expired",
  "new-device",
  "sessions-ended",
  "password-changed",
  "role-changed",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Flat facts to put into the words: market, side, state, days, device … never a secret. */
export const NoticeDetailSchema = v.record(v.string(), v.union([v.string(), v.number()]));
export type NoticeDetail = v.InferOutput<typeof NoticeDetailSchema>;

export const NoticeSchema = v.object({
  id: v.number(),
  kind: v.picklist(NOTICE_KINDS),
  detail: NoticeDetailSchema,
  createdAtMs: Epoch,
  read: v.boolean(),
});
export type Notice = v.InferOutput<typeof NoticeSchema>;
/** GET /api/notices, owner: newest first, at most 50. POST /api/notices/read, owner → 204: all up to `upTo` */
export const NoticesAnswerSchema = v.object({ notices: v.array(NoticeSchema), unread: v.number() });
export const NoticesReadSchema = v.strictObject({ upTo: v.pipe(v.number(), v.integer(), v.minValue(0)) });

export const NOTICE_LANGUAGES = ["ko", "en"] as const;
/** PUT /api/push, owner → 204: this device gets push messages. The endpoint must belong to a known push service. */
export const PushEntrySchema = v.strictObject({
  endpoint: v.pipe(v.string(), v.maxLength(1_000), v.url()),
  p256dh: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{87}$/)),
  auth: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/)),
  language: v.picklist(NOTICE_LANGUAGES),
});
/** GET /api/push, owner. DELETE /api/push/:id, owner → 204 */
export const PushDevicesAnswerSchema = v.object({
  devices: v.array(v.object({ id: v.string(), device: v.string(), endpoint: v.string(), createdAtMs: Epoch })),
});

/** What a push message holds, once the browser has opened it. */
export const PushMessageSchema = v.object({
  id: v.number(),
  kind: v.picklist(NOTICE_KINDS),
  detail: NoticeDetailSchema,
  language: v.picklist(NOTICE_LANGUAGES),
});
export type PushMessage = v.InferOutput<typeof PushMessageSchema>;
