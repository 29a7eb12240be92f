import * as v from "valibot";
import { UpbitErrorSchema } from "../../domain/upbit.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { newId, type Relay } from "../relay.ts";
import { sendOut, type SentOut } from "./egress.ts";
import { sentQuery, type Parameters } from "./query-text.ts";
import { signRequest, type Signer } from "./sign.ts";

/** What the exchange said, sorted by what is certain.
 *  - yes: a readable success
 *  - no: it refused, under a name; nothing happened
 *  - unsent: the fixed-address hop did not pass it on; nothing happened and the identifier is not used up
 *  - unknown: no answer, a server error, or one that cannot be read; a request that changes something may have
 *    happened. `status` is null when nothing came back. */
export type ExchangeAnswer =
  | { readonly kind: "yes"; readonly body: unknown }
  | { readonly kind: "no"; readonly status: number; readonly name: string; readonly waitMs?: number }
  | { readonly kind: "unsent"; readonly waitMs: number }
  | { readonly kind: "unknown"; readonly status: number | null };

export type ExchangeRequest = {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** Query of GET and DELETE, JSON body of POST, in the order in which they are hashed. */
  readonly parameters?: Parameters;
  readonly signer?: Signer;
  /** A field whose numbers exceed 2^53: it comes back as text. */
  readonly digitsOf?: "sequential_id";
};

/** Long enough for a slow exchange, short enough for a person to wait. Source: upbit-api 7, "Maintenance". */
export const EXCHANGE_TIMEOUT_MS = 5 * SECOND_MS;
/** A 418 tells its length in a message nobody documented (upbit-api 9.3). */
const BLOCKED_MS = MINUTE_MS;
/** A busy hop is free again soon; one that refuses waits for its operator. */
const HOP_BUSY_MS = SECOND_MS;
const HOP_REFUSES_MS = MINUTE_MS / 2;
/** Words of one case, or the status as a number: no key fits this, should a server repeat one where its name belongs. */
const ERROR_NAME = /^(?=.{1,64}$)(?:[a-z]+(?:_[a-z]+)*|[A-Z]+(?:_[A-Z]+)*|\d{3})$/;

/** One request to the exchange: signed, timed, without an `Origin` header, redirects not followed. */
export async function callExchange(relay: Relay, request: ExchangeRequest): Promise<ExchangeAnswer> {
  const { method, path, parameters = [], signer } = request;
  const headers: Record<string, string> = { Accept: "application/json" };
  if (signer)
    headers["Authorization"] = `Bearer ${await signRequest(relay.outside.crypto, signer, parameters, newId(relay))}`;
  const query = method !== "POST" && parameters.length > 0 ? `?${sentQuery(parameters)}` : "";
  const init = { method, headers, redirect: "manual", signal: relay.outside.timeout(EXCHANGE_TIMEOUT_MS) } as const;
  if (method === "POST") headers["Content-Type"] = "application/json";
  const body = method === "POST" ? { body: JSON.stringify(Object.fromEntries(parameters)) } : {};
  try {
    return await read(await sendOut(relay, path + query, { ...init, ...body }), request.digitsOf);
  } catch {
    // Time-out, reset, refused connection: the platform tells them apart in words only, and all mean the same here.
    return { kind: "unknown", status: null };
  }
}

async function read(sent: SentOut, digitsOf?: string): Promise<ExchangeAnswer> {
  if (sent.kind === "answered") {
    const text = await sent.response.text();
    const exact = digitsOf ? text.replaceAll(new RegExp(`("${digitsOf}"\\s*:\\s*)(\\d+)`, "g"), '$1"$2"') : text;
    return sortAnswer(sent.response.status, exact);
  }
  if (sent.kind === "unmarked") return { kind: "unknown", status: sent.status };
  return { kind: "unsent", waitMs: sent.status === 403 ? HOP_REFUSES_MS : HOP_BUSY_MS };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Bodies of 429 and 418 may be plain text. Source: upbit-api 1.4. */
function sortAnswer(status: number, text: string): ExchangeAnswer {
  if (status === 429) return { kind: "no", status, name: "too_many_requests", waitMs: SECOND_MS };
  if (status === 418) return { kind: "no", status, name: "too_many_requests", waitMs: BLOCKED_MS };
  const body = parseJson(text);
  if (status >= 200 && status < 300) return body === undefined ? { kind: "unknown", status } : { kind: "yes", body };
  const error = v.safeParse(UpbitErrorSchema, body);
  const name = error.success ? String(error.output.error.name) : "";
  if (status >= 400 && status < 500 && ERROR_NAME.test(name)) return { kind: "no", status, name };
  return { kind: "unknown", status };
}
