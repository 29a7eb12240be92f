import type { InferOutput } from "valibot";
import type { RotationAnswerSchema } from "../../domain/wire.ts";
import { auditRow } from "../audit/audit-row.ts";
import { answer } from "../http/answer.ts";
import type { Route } from "../http/route.ts";
import { rewrapKeys } from "../keys/rewrap-keys.ts";

/** One batch now instead of at the next minute, and how many are left: the old version may leave the settings at none.
 *  Rule K6. */
export const rotateMasterKey: Route = {
  method: "POST",
  path: "/api/master-key/rotate",
  access: "admin",
  async handle({ relay, user, address }) {
    const { rewrapped, remaining } = await rewrapKeys(relay);
    const detail = `${rewrapped} of ${rewrapped + remaining}`;
    await auditRow(relay, { userId: user.id, event: "key-rewrapped", detail, address }).run();
    const { newest } = relay.settings.masterKeys;
    return answer<InferOutput<typeof RotationAnswerSchema>>({ newestVersion: newest, rewrapped, remaining });
  },
};
