import { ok, type Result } from "../../domain/result.ts";
import { SECOND_MS } from "../../domain/units.ts";
import { readSession, tokenHashOf } from "../accounts/session.ts";
import { retry, type RelayFault } from "../faults.ts";
import type { Call } from "../http/route.ts";
import type { Relay } from "../relay.ts";
import { takeTurn } from "../upbit/pace.ts";
import { visitorPace, type QuotationGroup } from "./ask-quotation.ts";

/** Market data is public and shown before anyone logs in, so anyone may ask for it; what an answer costs is the
 *  exchange's quota, which all share. Hence two limits. Rule X18. */

/** Requests that an address may still make, and when that was true. */
export type Allowance = { readonly left: number; readonly atMs: number };

/** A backfill out of the cache and a screen that polls come to a third of it, and a family behind one address fits. */
const A_SECOND = 30;
const AT_ONCE = 90;
/** Addresses remembered; then all begin anew, which costs nothing but the count. */
const MOST_ADDRESSES = 10_000;

/** Counts a request of an address, in this isolate: keeps one caller from taking all of its time. */
export function countCaller({ memory, outside }: Relay, address: string): Result<null, RelayFault> {
  const nowMs = outside.wallNow();
  const before = memory.callers.get(address) ?? { left: AT_ONCE, atMs: nowMs };
  const left = Math.min(AT_ONCE, before.left + ((nowMs - before.atMs) / SECOND_MS) * A_SECOND) - 1;
  if (left < 0) return retry("too-many-requests", "Too many requests for market data.", SECOND_MS / A_SECOND);
  if (memory.callers.size >= MOST_ADDRESSES) memory.callers.clear();
  memory.callers.set(address, { left, atMs: nowMs });
  return ok(null);
}

export type Audience = "members" | "visitors";

/** Looked up only when the exchange must be asked. */
export async function audienceOf(call: Call): Promise<Audience> {
  const hash = await tokenHashOf(call);
  return hash !== null && (await readSession(call.relay, hash)) !== null ? "members" : "visitors";
}

/** Before the exchange is asked: strangers have half of its turns between them, so that they cannot take all. */
export const audienceTurn = async (
  relay: Relay,
  audience: Audience,
  group: QuotationGroup,
): Promise<Result<null, RelayFault>> => (audience === "members" ? ok(null) : takeTurn(relay, visitorPace(group)));
