import { SECOND_MS } from "../../domain/units.ts";
import type { RateAnswer } from "../gate/rate-limits.ts";
import { refusalBody } from "../refusal.ts";
import type { Switches } from "../switches.ts";
import { jsonAnswer, type Answer } from "./answer.ts";

/** What somebody reads who asked too often. A page may not read it at all. Source: upbit-api 1.4, 1.5, 1.6, 9.3. */
export function limitAnswer(
  rate: RateAnswer & { allowed: false },
  side: "quotation" | "exchange",
  switches: Pick<Switches, "limitBody" | "retryAfter">,
): Answer {
  const seconds = Math.ceil(rate.waitMs / SECOND_MS);
  const message = rate.status === 429 ? "Too many API requests." : `Blocked for ${seconds} seconds.`;
  const headers = {
    "Remaining-Req": rate.header,
    ...(switches.retryAfter && { "Retry-After": String(seconds) }),
  };
  if (switches.limitBody === "text") {
    const typed = { ...headers, "Content-Type": "text/plain; charset=utf-8" };
    return { status: rate.status, headers: typed, text: message, compressible: false };
  }
  const name = side === "quotation" ? rate.status : "too_many_requests";
  return jsonAnswer(rate.status, refusalBody({ status: rate.status, name, message }), headers);
}
