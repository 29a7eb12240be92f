import * as v from "valibot";
import { ok, type Result } from "../domain/result.ts";
import { marketTimeAt, type MarketClockAnchor } from "../domain/time.ts";
import { epochMs, SECOND_MS, type EpochMs } from "../domain/units.ts";
import { retry, type RelayFault } from "./faults.ts";
import type { Relay } from "./relay.ts";
import { callExchange } from "./upbit/client.ts";

/** A local exchange's clock can be moved; the anchor is asked for again after this long. */
const ANCHOR_LIFE_MS = 2 * SECOND_MS;

const Epoch = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.transform((value) => epochMs(value)),
);
const AnchorSchema = v.object({ marketMs: Epoch, wallMs: Epoch, speed: v.pipe(v.number(), v.finite(), v.minValue(0)) });

/** Market time is wall time, or the local exchange's own where one runs on this machine. Sessions and cookies never
 *  use it. */
export async function marketClock(relay: Relay): Promise<Result<MarketClockAnchor, RelayFault>> {
  const { memory, outside, settings } = relay;
  const nowMs = outside.wallNow();
  const wall: MarketClockAnchor = { marketMs: nowMs, wallMs: nowMs, speed: 1 };
  if (!settings.loopbackExchange) return ok(wall);
  if (memory.clock && nowMs - memory.clock.askedWallMs <= ANCHOR_LIFE_MS) return ok(memory.clock.anchor);
  const answer = await callExchange(relay, { method: "GET", path: "/emulator/clock" });
  if ((answer.kind === "no" || answer.kind === "unknown") && answer.status === 404) {
    memory.clock = { anchor: wall, askedWallMs: nowMs };
    return ok(wall);
  }
  const read = answer.kind === "yes" ? v.safeParse(AnchorSchema, answer.body) : null;
  if (read?.success) {
    memory.clock = { anchor: read.output, askedWallMs: nowMs };
    return ok(read.output);
  }
  // An old line is still right unless the clock was moved meanwhile.
  if (memory.clock) return ok(memory.clock.anchor);
  return retry("exchange-unreachable", "The local exchange did not tell its time.", SECOND_MS);
}

export async function marketNow(relay: Relay): Promise<Result<EpochMs, RelayFault>> {
  const clock = await marketClock(relay);
  return clock.ok ? ok(marketTimeAt(clock.value, relay.outside.wallNow())) : clock;
}
