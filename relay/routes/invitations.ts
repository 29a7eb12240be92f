import type { InferOutput } from "valibot";
import { DAY_MS } from "../../domain/units.ts";
import {
  InvitationEntrySchema,
  type Invitation,
  type InvitationMadeSchema,
  type InvitationsAnswerSchema,
} from "../../domain/wire.ts";
import { codeHash, invitationOf, newCode, readInvitations } from "../accounts/invitation.ts";
import { auditRow } from "../audit/audit-row.ts";
import { refuse } from "../faults.ts";
import { answer, nothing } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";
import { newId } from "../relay.ts";

const PATH = "/api/invitations";
const MOST_LISTED = 100;
/** Unused and in their time: more are a door left open. */
const MOST_OPEN = 50;

export const listInvitations: Route = {
  method: "GET",
  path: PATH,
  access: "admin",
  handle: async ({ relay }) =>
    answer<InferOutput<typeof InvitationsAnswerSchema>>({ invitations: await readInvitations(relay, MOST_LISTED) }),
};

/** The code leaves in this answer and is nowhere after it. Rule X20. */
export const postInvitation: Route = {
  method: "POST",
  path: PATH,
  access: "admin",
  async handle({ relay, request, user, address }) {
    const body = await readBody(request, InvitationEntrySchema);
    if (!body.ok) return body;
    const [code, id, nowMs] = [newCode(relay), newId(relay), relay.outside.wallNow()];
    const expiresMs = nowMs + body.value.days * DAY_MS;
    const written = await relay.db
      .prepare(
        `INSERT INTO invitations (id, code_hash, created_by, created_wall_ms, expires_wall_ms) SELECT ?1, ?2, ?3, ?4, ?5
         WHERE (SELECT COUNT(*) FROM invitations WHERE used_wall_ms IS NULL AND expires_wall_ms > ?4) < ?6 RETURNING id`,
      )
      .bind(id, await codeHash(relay, code), user.id, nowMs, expiresMs, MOST_OPEN)
      .all();
    if (written.results.length === 0) return refuse("limit-reached", "Too many invitations are open; withdraw some.");
    await auditRow(relay, { userId: user.id, event: "invitation-made", subject: id, address }).run();
    const row = { id, created_wall_ms: nowMs, expires_wall_ms: expiresMs, used_wall_ms: null, used_name: null };
    const invitation: Invitation = invitationOf(row);
    return answer<InferOutput<typeof InvitationMadeSchema>>({ invitation, code }, 201);
  },
};

export const deleteInvitation: Route = {
  method: "DELETE",
  path: `${PATH}/:id`,
  access: "admin",
  async handle({ relay, user, params, address }) {
    const id = params["id"] ?? "";
    const gone = await relay.db
      .prepare("DELETE FROM invitations WHERE id = ? AND used_wall_ms IS NULL RETURNING id")
      .bind(id)
      .first();
    if (!gone) return refuse("not-found", "There is no such invitation, or somebody has used it.");
    await auditRow(relay, { userId: user.id, event: "invitation-withdrawn", subject: id, address }).run();
    return nothing();
  },
};
