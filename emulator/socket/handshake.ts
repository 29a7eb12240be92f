import { ok } from "../../domain/result.ts";
import { REQUEST_KINDS } from "../faults/fault-desk.ts";
import type { RateAnswer } from "../gate/rate-limits.ts";
import { splitUrl } from "../rest/exchange-wire.ts";
import type { ExchangeFront } from "../rest/exchange-front.ts";
import { headerOf, type WireRequest } from "../rest/request.ts";
import type { Caller } from "./connection.ts";

/** What becomes of a handshake. */
export type Admission =
  | { readonly kind: "admitted"; readonly caller: Caller }
  /** @property status of HTTP, with its reason */
  | { readonly kind: "refused"; readonly status: string }
  | { readonly kind: "reset" }
  | { readonly kind: "silence" };

const ENDPOINTS: Readonly<Record<string, Caller["endpoint"]>> = {
  "/websocket/v1": "public",
  "/websocket/v1/private": "private",
};
const refused = (status: string): Admission => ({ kind: "refused", status });

/** Who comes, and whether it is not too often. A page's connections are counted apart from its REST requests, so that the
 *  first one in ten seconds always passes. Source: upbit-api 1.5, 1.6, 2.5, 9.4.
 *  @param held connections that are open */
export function admit(front: ExchangeFront, request: WireRequest, held: readonly Caller[]): Admission {
  const { limits, world } = front.wire;
  const [path] = splitUrl(request.url);
  const endpoint = ENDPOINTS[path];
  if (endpoint === undefined) return refused("404 Not Found");
  const fault = faultOf(front, path);
  if (fault) return fault;
  // A token that does not hold is told by INVALID_AUTH once a private type is asked for (upbit-api 6.3).
  const key = endpoint === "private" ? keyOf(front, request) : null;
  const wallMs = world.clock.wallNow();
  const rate = limits.take("websocketConnect", key?.pocketId ?? request.address, wallMs);
  if (!rate.allowed) return refused(STATUS[rate.status]);
  const { mostPrivateConnections: most, originRule } = world.switches;
  if (key && most > 0 && held.filter((one) => one.key?.pocketId === key.pocketId).length >= most)
    return refused(STATUS[429]);
  const counts = endpoint === "public" && headerOf(request, "origin") !== undefined && originRule !== "off";
  const who = `socket ${request.address}`;
  const countedAs = counts && originRule === "and-messages" ? who : null;
  if (counts && originRule !== "quotation") {
    const page = limits.take("origin", who, wallMs);
    if (!page.allowed) return refused(STATUS[page.status]);
  }
  return { kind: "admitted", caller: { endpoint, key, countedAs } };
}

const STATUS: Readonly<Record<(RateAnswer & { allowed: false })["status"], string>> = {
  429: "429 Too Many Requests",
  418: "418 I'm a teapot",
};

function keyOf({ wire }: ExchangeFront, request: WireRequest): Caller["key"] {
  const credentials = {
    authorization: headerOf(request, "authorization"),
    hashed: ok([""]),
    permission: null,
    address: request.address,
  };
  const key = wire.authorize(credentials, wire.world.clock.now());
  return key.ok ? key.value : null;
}

function faultOf({ faults }: ExchangeFront, path: string): Admission | null {
  const target = { method: "GET", path, group: "websocket-connect" };
  for (const fault of faults.happening(target, REQUEST_KINDS))
    switch (fault.kind) {
      case "reset":
        return { kind: "reset" };
      case "timeout":
        return { kind: "silence" };
      case "error":
        return refused(`${fault.status} Error`);
      case "limit":
        return refused(STATUS[fault.status]);
      case "maintenance":
        return fault.as === "timeout" ? { kind: "silence" } : refused("503 Service Unavailable");
      default:
    }
  return null;
}
