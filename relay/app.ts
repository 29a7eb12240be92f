import { Hono, type Context } from "hono";
import { readSession, requireFresh, tokenHashOf } from "./accounts/session.ts";
import { userOf } from "./accounts/user-row.ts";
import { refuse, stop } from "./faults.ts";
import { dress } from "./http/dress.ts";
import { problem } from "./http/problem.ts";
import type { Answered, Call, Route, SessionCall } from "./http/route.ts";
import { sameOrigin } from "./http/same-origin.ts";
import { newId, type Relay } from "./relay.ts";
import { ROUTES } from "./routes/routes.ts";

/** The relay's HTTP side: each route behind the checks that its access asks for, each answer dressed the same way. */
export function createApp(relay: Relay): Hono {
  const app = new Hono();
  for (const route of ROUTES) app.on(route.method, route.path, (context) => serve(relay, route, context));
  app.notFound(() => {
    const requestId = newId(relay);
    return dress(problem(refuse("not-found", "There is no such route.").fault, requestId), requestId);
  });
  app.onError((error) => {
    const requestId = newId(relay);
    relay.outside.report(requestId, error);
    const fault = { type: "internal", kind: "unknown", detail: "The relay failed; the operator sees why." } as const;
    return dress(problem(fault, requestId), requestId);
  });
  return app;
}

async function serve(relay: Relay, route: Route, context: Context): Promise<Response> {
  const requestId = newId(relay);
  const call: Call = {
    relay,
    request: context.req.raw,
    get params() {
      return context.req.param();
    },
    get address() {
      return this.request.headers.get("CF-Connecting-IP") ?? "local";
    },
  };
  const answered = await enter(route, call);
  return dress(answered.ok ? answered.value : problem(answered.fault, requestId), requestId);
}

/** Origin, session, role, a fresh password where it is asked for, then the route. Rules X3, X4, X22. */
async function enter(route: Route, call: Call): Answered {
  const origin = sameOrigin(call.request);
  if (!origin.ok) return origin;
  if (route.access === "anyone") return route.handle(call);
  const sessionHash = await tokenHashOf(call);
  if (route.access === "session")
    return sessionHash === null ? signedOut() : enterBySession(route, { ...call, sessionHash });
  const row = sessionHash === null ? null : await readSession(call.relay, sessionHash);
  if (sessionHash === null || !row) return signedOut();
  if (route.access === "admin" && row.role !== "admin") return refuse("forbidden", "Only an admin may do this.");
  const owner = { ...call, user: userOf(row), sessionHash, confirmedMs: row.confirmed_wall_ms };
  const fresh = route.access === "fresh" ? requireFresh(owner) : null;
  return fresh?.ok === false ? fresh : route.handle(owner);
}

const signedOut = () => stop("signed-out", "Nobody is signed in.");

/** Whoever is not signed in is told that and nothing else, whatever else is wrong. */
async function enterBySession(route: Extract<Route, { access: "session" }>, call: SessionCall): Answered {
  const answered = await route.handle(call);
  return answered.ok || (await readSession(call.relay, call.sessionHash)) ? answered : signedOut();
}
