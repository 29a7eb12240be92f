import type { Deployment } from "../../domain/wire.ts";
import { answer } from "../http/answer.ts";
import type { Route } from "../http/route.ts";

/** What the page must know before somebody is signed in. */
export const deployment: Route = {
  method: "GET",
  path: "/api/deployment",
  access: "anyone",
  async handle({ relay }) {
    const { signUp, egressAddresses, vapid } = relay.settings;
    return answer<Deployment>({
      signUp,
      egressAddresses: [...egressAddresses],
      vapidPublicKey: vapid?.publicKey ?? null,
    });
  },
};
