import { MemberChangeSchema, type Member } from "../../domain/wire.ts";
import { changeMember, readMember, readMembers, type MemberAction } from "../accounts/member.ts";
import { requireFresh } from "../accounts/session.ts";
import { auditRow, type AuditEntry } from "../audit/audit-row.ts";
import { refuse } from "../faults.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";
import { notify } from "../push/notify.ts";

/** A deployment serves a few hundred. */
const MOST_LISTED = 1_000;
const EVENTS: Readonly<Record<MemberAction, AuditEntry["event"]>> = {
  lock: "account-locked",
  unlock: "account-unlocked",
  promote: "role-changed",
  demote: "role-changed",
};

export const listMembers: Route = {
  method: "GET",
  path: "/api/members",
  access: "admin",
  handle: async ({ relay }) => answer<{ members: Member[] }>({ members: await readMembers(relay, MOST_LISTED) }),
};

/** Asking for what is already so changes nothing and is no mistake. Rule X24. */
export const postMember: Route = {
  method: "POST",
  path: "/api/members/:id",
  access: "admin",
  async handle(call) {
    const { relay, request, params, user, address } = call;
    const body = await readBody(request, MemberChangeSchema);
    if (!body.ok) return body;
    const { action } = body.value;
    // Another admin is as powerful as this one: that takes more than a session left open.
    const fresh = action === "promote" ? requireFresh(call) : null;
    if (fresh?.ok === false) return fresh;
    const memberId = params["id"] ?? "";
    const changed = await changeMember(relay, action, { memberId, adminId: user.id });
    const member = await readMember(relay, memberId);
    if (!member) return refuse("not-found", "There is no such member.");
    if (changed) {
      const entry = { userId: memberId, event: EVENTS[action], detail: action, actorId: user.id, address };
      await auditRow(relay, entry).run();
      if (action === "promote" || action === "demote")
        await notify(relay, memberId, "role-changed", { role: member.role });
    } else if (!isSo(member, action))
      return refuse("last-admin", "Nobody locks oneself, and an admin who can act must remain.");
    return answer<{ member: Member }>({ member });
  },
};

function isSo({ lockedAtMs, role }: Member, action: MemberAction): boolean {
  if (action === "lock") return lockedAtMs !== null;
  if (action === "unlock") return lockedAtMs === null;
  return role === (action === "promote" ? "admin" : "member");
}
