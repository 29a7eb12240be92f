import type { InferOutput } from "valibot";
import { SaltRequestSchema, type SaltAnswerSchema } from "../../domain/wire.ts";
import { saltOfNobody } from "../accounts/credentials.ts";
import { readUserByName } from "../accounts/user-row.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";

export const signInSalt: Route = {
  method: "POST",
  path: "/api/sign-in-salt",
  access: "anyone",
  async handle({ relay, request }) {
    const body = await readBody(request, SaltRequestSchema);
    if (!body.ok) return body;
    const nobodys = await saltOfNobody(relay.settings, body.value.name);
    const user = await readUserByName(relay, body.value.name);
    return answer<InferOutput<typeof SaltAnswerSchema>>({ salt: user?.salt ?? nobodys });
  },
};
