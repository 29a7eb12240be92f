import type { InferOutput } from "valibot";
import { epochMs } from "../../domain/units.ts";
import { NoticesReadSchema, type Notice, type NoticesAnswerSchema } from "../../domain/wire.ts";
import { answer, nothing } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";

/** What one screen can show; older ones stay in the table. */
const MOST_LISTED = 50;
type NoticeRow = {
  id: number;
  kind: Notice["kind"];
  detail: string;
  created_wall_ms: number;
  read_wall_ms: number | null;
};

const noticeOf = (row: NoticeRow): Notice => ({
  id: row.id,
  kind: row.kind,
  detail: JSON.parse(row.detail) as Notice["detail"],
  createdAtMs: epochMs(row.created_wall_ms),
  read: row.read_wall_ms !== null,
});

export const listNotices: Route = {
  method: "GET",
  path: "/api/notices",
  access: "owner",
  async handle({ relay, user }) {
    const [rows, unread] = await relay.db.batch([
      relay.db
        .prepare("SELECT * FROM notifications WHERE user_id = ? ORDER BY id DESC LIMIT ?")
        .bind(user.id, MOST_LISTED),
      relay.db
        .prepare("SELECT COUNT(*) AS count FROM notifications WHERE user_id = ? AND read_wall_ms IS NULL")
        .bind(user.id),
    ]);
    return answer<InferOutput<typeof NoticesAnswerSchema>>({
      notices: (rows!.results as NoticeRow[]).map(noticeOf),
      unread: (unread!.results[0] as { count: number }).count,
    });
  },
};

export const readNotices: Route = {
  method: "POST",
  path: "/api/notices/read",
  access: "owner",
  async handle({ relay, request, user }) {
    const body = await readBody(request, NoticesReadSchema);
    if (!body.ok) return body;
    await relay.db
      .prepare("UPDATE notifications SET read_wall_ms = ? WHERE user_id = ? AND id <= ? AND read_wall_ms IS NULL")
      .bind(relay.outside.wallNow(), user.id, body.value.upTo)
      .run();
    return nothing();
  },
};
