import type { HaltAnswer } from "../../domain/wire.ts";
import { haltAll, haltOwn, liftHalt, readHalt } from "../halt/halt.ts";
import { answer } from "../http/answer.ts";
import type { Answered, OwnerCall, Route } from "../http/route.ts";
import { requireFresh } from "../accounts/session.ts";
import { cancelMarked } from "../orders/cancel-marked.ts";

const PATH = "/api/halt";
const ADMIN_PATH = "/api/admin/halt";

const answerWith = async ({ relay, user }: OwnerCall): Answered => answer<HaltAnswer>(await readHalt(relay, user.id));

export const getHalt: Route = { method: "GET", path: PATH, access: "owner", handle: answerWith };

export const postHalt: Route = {
  method: "POST",
  path: PATH,
  access: "owner",
  async handle(call) {
    await haltOwn(call.relay, call.user.id);
    // Behind the answer; what is left is the sweep's.
    call.relay.outside.waitUntil(cancelMarked(call.relay));
    return answerWith(call);
  },
};

/** Lifting is opening again: the password proves that it is the owner. */
export const deleteHalt: Route = {
  method: "DELETE",
  path: PATH,
  access: "fresh",
  async handle(call) {
    await liftHalt(call.relay, { userId: call.user.id }, call.user.id);
    return answerWith(call);
  },
};

export const postHaltAll: Route = {
  method: "POST",
  path: ADMIN_PATH,
  access: "admin",
  async handle(call) {
    await haltAll(call.relay, call.user.id);
    call.relay.outside.waitUntil(cancelMarked(call.relay));
    return answerWith(call);
  },
};

export const deleteHaltAll: Route = {
  method: "DELETE",
  path: ADMIN_PATH,
  access: "admin",
  async handle(call) {
    const fresh = requireFresh(call);
    if (!fresh.ok) return fresh;
    await liftHalt(call.relay, "all", call.user.id);
    return answerWith(call);
  },
};
