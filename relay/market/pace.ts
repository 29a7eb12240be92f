import { ok, type Result } from "../../domain/result.ts";
import { SECOND_MS } from "../../domain/units.ts";
import { retry, type RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";

/** Eight a second and group, under the exchange's ten (upbit-api 1.5): its second does not begin with ours. */
const SPACING_MS = SECOND_MS / 8;
/** Whoever would wait longer is told to come back. */
const LONGEST_WAIT_MS = 20 * SECOND_MS;

export type QuotationGroup = "candle" | "market";

/** Waits for the next free moment of a quotation group in this isolate. */
export async function takeTurn(relay: Relay, group: QuotationGroup): Promise<Result<null, RelayFault>> {
  const { memory, outside } = relay;
  const nowMs = outside.wallNow();
  const turnMs = Math.max(nowMs, memory.nextSlotMs.get(group) ?? 0);
  if (turnMs - nowMs > LONGEST_WAIT_MS)
    return retry("exchange-busy", "Too many ask for market data at once.", turnMs - nowMs);
  memory.nextSlotMs.set(group, turnMs + SPACING_MS);
  if (turnMs > nowMs) await outside.sleep(turnMs - nowMs);
  return ok(null);
}

/** The exchange refused for the rest of its second (or longer): nobody of this isolate asks before it is over. */
export function waitOut({ memory, outside }: Relay, group: QuotationGroup, waitMs: number): void {
  const untilMs = (Math.floor(outside.wallNow() / SECOND_MS) + 1) * SECOND_MS + (waitMs - SECOND_MS);
  memory.nextSlotMs.set(group, Math.max(untilMs, memory.nextSlotMs.get(group) ?? 0));
}
