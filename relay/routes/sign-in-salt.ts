import type { InferOutput } from "valibot";
import { SaltRequestSchema, type SaltAnswerSchema } from "../../domain/wire.ts";
import { countAttempt } from "../accounts/attempts.ts";
import { readPassword, saltOfNobody } from "../accounts/credentials.ts";
import { readUserByName } from "../accounts/user-row.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";

/** In a quarter of an hour from one address: each log-in asks once. */
const MOST_ASKED = 60;

/** Both salts are made and both rows are read, whoever asks for whom: neither answer nor work tells them apart.
 *  Rule X11. */
export const signInSalt: Route = {
  method: "POST",
  path: "/api/sign-in-salt",
  access: "anyone",
  async handle({ relay, request, address }) {
    const body = await readBody(request, SaltRequestSchema);
    if (!body.ok) return body;
    const counted = await countAttempt(relay, "salt", address, MOST_ASKED);
    if (!counted.ok) return counted;
    const nobodys = await saltOfNobody(relay, body.value.name);
    const user = await readUserByName(relay, body.value.name);
    const password = await readPassword(relay, user?.id ?? "");
    return answer<InferOutput<typeof SaltAnswerSchema>>({ salt: password?.salt ?? nobodys });
  },
};
