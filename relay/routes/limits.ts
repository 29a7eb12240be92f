import { isRaise, LimitsSchema } from "../../domain/limits.ts";
import type { LimitsAnswer } from "../../domain/wire.ts";
import { requireFresh } from "../accounts/session.ts";
import { marketNow } from "../clock.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Answered, OwnerCall, Route } from "../http/route.ts";
import { readLimits, readToday, takeRaiseBack, writeLimits } from "../limits/limits-row.ts";

const PATH = "/api/limits";

async function answerWith({ relay, user }: OwnerCall): Answered {
  const now = await marketNow(relay);
  const today = now.ok ? await readToday(relay, user.id, now.value) : null;
  return answer<LimitsAnswer>({ ...(await readLimits(relay, user.id)), today });
}

export const getLimits: Route = { method: "GET", path: PATH, access: "owner", handle: answerWith };

export const putLimits: Route = {
  method: "PUT",
  path: PATH,
  access: "owner",
  async handle(call) {
    const body = await readBody(call.request, LimitsSchema);
    if (!body.ok) return body;
    const { current } = await readLimits(call.relay, call.user.id);
    const fresh = isRaise(current, body.value) ? requireFresh(call) : null;
    if (fresh?.ok === false) return fresh;
    await writeLimits(call.relay, call.user.id, body.value);
    return answerWith(call);
  },
};

export const deleteRaise: Route = {
  method: "DELETE",
  path: "/api/limits/raise",
  access: "owner",
  async handle(call) {
    await takeRaiseBack(call.relay, call.user.id);
    return answerWith(call);
  },
};
