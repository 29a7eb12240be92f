import * as v from "valibot";
import { DAY_MS } from "../../domain/units.ts";
import { refuse } from "../refusal.ts";
import type { World } from "../world.ts";
import { jsonAnswer, refusalAnswer, type Answer } from "./answer.ts";
import { headerOf, readBody, type WireRequest } from "./request.ts";

/** The one address outside the exchange's contract. */
export const CLOCK_PATH = "/emulator/clock";

/** Furthest jump: resting orders meet every trade on the way. */
const FURTHEST_MS = 31 * DAY_MS;
const AdvanceSchema = v.strictObject({
  advanceMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(FURTHEST_MS)),
});

/** GET tells market time as a line (MarketClockAnchor); POST `{"advanceMs": N}` moves it forward, for tests: never from a
 *  page, so that no site can reach it. */
export function answerClock(world: World, request: WireRequest): Answer {
  const told = () => jsonAnswer(200, world.clock.anchor());
  const refused = (message: string) => refusalAnswer(refuse(400, "invalid_parameter", message).fault);
  if (request.method === "GET") return told();
  if (request.method !== "POST" || headerOf(request, "origin") !== undefined)
    return refused("GET, or POST outside a page");
  const body = readBody(headerOf(request, "content-type"), request.body);
  const asked = v.safeParse(AdvanceSchema, body.ok ? body.value : null);
  if (!asked.success) return refused(`{"advanceMs": 0…${FURTHEST_MS}} is expected`);
  world.clock.advance(asked.output.advanceMs);
  world.exchange.advance(world.clock.now());
  return told();
}
