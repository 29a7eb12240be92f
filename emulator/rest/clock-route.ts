import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { DAY_MS } from "../../domain/units.ts";
import { refusalBody, refuse } from "../refusal.ts";
import type { World } from "../world.ts";
import { readBody, readText } from "./request.ts";
import type { Answer } from "./answer.ts";

/** Furthest jump: resting orders meet every trade on the way. */
const FURTHEST_MS = 31 * DAY_MS;
const AdvanceSchema = v.strictObject({
  advanceMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(FURTHEST_MS)),
});

/** The one address outside the exchange's contract. GET tells market time as a line (MarketClockAnchor); POST
 *  `{"advanceMs": N}` moves it forward, for tests: never from a page, so that no site can reach it. */
export async function answerClock(world: World, request: IncomingMessage): Promise<Answer> {
  const told = () => ({ status: 200, body: world.clock.anchor(), headers: {} });
  const refused = (message: string) => ({
    status: 400,
    body: refusalBody(refuse(400, "invalid_parameter", message).fault),
    headers: {},
  });
  if (request.method === "GET") return told();
  if (request.method !== "POST" || request.headers.origin !== undefined) return refused("GET, or POST outside a page");
  const text = await readText(request);
  if (!text.ok) return refused(text.fault.message);
  const body = readBody(request.headers["content-type"], text.value);
  const asked = v.safeParse(AdvanceSchema, body.ok ? body.value : null);
  if (!asked.success) return refused(`{"advanceMs": 0…${FURTHEST_MS}} is expected`);
  world.clock.advance(asked.output.advanceMs);
  world.exchange.advance(world.clock.now());
  return told();
}
