import { waitUntil } from "cloudflare:workers";
import type { Hono } from "hono";
import { ok, type Result } from "../domain/result.ts";
import { createApp } from "./app.ts";
import type { Env } from "./env.ts";
import { dress } from "./http/dress.ts";
import { problem } from "./http/problem.ts";
import { realOutside, type Outside } from "./outside.ts";
import { createRelay, type Relay } from "./relay.ts";
import { sweep } from "./sweep/sweep.ts";

type Started = Result<{ readonly relay: Relay; readonly app: Hono }, string>;

/** Checked and made once an isolate. */
const startedBy = new WeakMap<Env, Started>();

async function start(env: Env): Promise<Started> {
  const relay = await createRelay(env, realOutside(waitUntil, alarmOf(env)));
  const started: Started = relay.ok ? ok({ relay: relay.value, app: createApp(relay.value) }) : relay;
  // Two first requests at once may both get here; the first result stands, so that they share one memory.
  const standing = startedBy.get(env) ?? started;
  startedBy.set(env, standing);
  return standing;
}

/** One object for the whole deployment, whichever isolate asks. */
const alarmOf = ({ RESERVATION_ALARM }: Env): Outside["alarm"] =>
  RESERVATION_ALARM ? { wakeBy: (wallMs) => RESERVATION_ALARM.getByName("reservations").wakeBy(wallMs) } : null;

/** Nothing is served while the deployment is not set up: the detail names the variable, never its value. Rule X1. */
function notSetUp(detail: string): Response {
  const requestId = crypto.randomUUID();
  return dress(problem({ type: "internal", kind: "stop", detail }, requestId, 503), requestId);
}

export { ReservationAlarm } from "./alarm/reservation-alarm.ts";

/** Told by the address as it is: parsing it takes longer than a small answer. */
const API = /^https?:\/\/[^/]+\/api\//;

export default {
  async fetch(request, env) {
    if (!API.test(request.url)) return env.ASSETS ? env.ASSETS.fetch(request) : new Response(null, { status: 404 });
    const started = startedBy.get(env) ?? (await start(env));
    return started.ok ? started.value.app.fetch(request) : notSetUp(started.fault);
  },
  async scheduled(_controller, env) {
    const started = startedBy.get(env) ?? (await start(env));
    if (started.ok) await sweep(started.value.relay);
  },
} satisfies ExportedHandler<Env>;
