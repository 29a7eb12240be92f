import type { NoticeDetail, NoticeKind } from "../../domain/wire.ts";
import type { Relay } from "../relay.ts";
import { deliverPushes } from "./deliver-pushes.ts";

/** What `notify` writes, as a statement to stand in one batch with what it tells of; `pushNews` or the next run of the
 *  sweep pushes it. A trigger queues it for every device of the user. */
export const noticeRow = (relay: Relay, userId: string, kind: NoticeKind, detail: NoticeDetail): D1PreparedStatement =>
  relay.db
    .prepare("INSERT INTO notifications (user_id, kind, detail, created_wall_ms) VALUES (?, ?, ?, ?)")
    .bind(userId, kind, JSON.stringify(detail), relay.outside.wallNow());

/** Tells a user something: a row for the screen, and a push message to every device that asked for them, on its way
 *  before the next sweep. Rule X30. */
export async function notify(relay: Relay, userId: string, kind: NoticeKind, detail: NoticeDetail): Promise<void> {
  await noticeRow(relay, userId, kind, detail).run();
  if (relay.settings.vapid) relay.outside.waitUntil(deliverPushes(relay));
}

/** Pushes what was written down and is not on its way yet. */
export const pushNews = async (relay: Relay): Promise<void> => {
  if (relay.settings.vapid) await deliverPushes(relay);
};
