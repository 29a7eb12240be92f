import { ok, type Result } from "../../domain/result.ts";
import { refuse, type RelayFault } from "../faults.ts";

/** A request that changes something comes from our own page or from no page at all. Rule X4. */
export function sameOrigin(request: Request): Result<null, RelayFault> {
  if (request.method === "GET" || request.method === "HEAD") return ok(null);
  const site = request.headers.get("Sec-Fetch-Site");
  const origin = request.headers.get("Origin");
  const foreign = (site !== null && site !== "same-origin") || (origin !== null && origin !== originOf(request));
  return foreign ? refuse("origin-refused", "The request comes from another site.") : ok(null);
}

const originOf = (request: Request): string => new URL(request.url).origin;
