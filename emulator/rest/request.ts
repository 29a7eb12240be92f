import { fail, ok, type Result } from "../../domain/result.ts";
import { refuse, type Refusal } from "../refusal.ts";

/** One HTTP request as plain values, so that the exchange can be asked without a network. */
export type WireRequest = {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  /** Names in lower case; several values when a header was sent several times. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Empty for none. */
  readonly body: string;
  /** Address of the caller, IPv4. */
  readonly address: string;
};

/** A header's value; one that was sent twice is merged into one text. Source: upbit-api 0, "2026-07-31". */
export function headerOf({ headers }: WireRequest, name: string): string | undefined {
  const value = headers[name];
  return value === undefined || typeof value === "string" ? value : value.join(", ");
}

/** Query parameters in the order they were sent, names and values percent-decoded. */
export type Query = {
  /** As it was sent. */
  readonly raw: string;
  /** The whole decoded query, as it is hashed. Source: upbit-api 2.3. */
  readonly decoded: string;
  /** First value under a name, null when absent or empty. */
  first(name: string): string | null;
  /** Values under `name[]`. */
  all(name: string): string[];
};

/** Source: upbit-api 1.2: a value that is not percent-encoded is refused; brackets of names may be either way.
 *  @param plus what a raw `+` is: refused, or a space as in a form (upbit-api 9.6) */
export function readQuery(raw: string, plus: "refuse" | "space" = "refuse"): Result<Query, "malformed"> {
  if (raw.includes(":") || (plus === "refuse" && raw.includes("+"))) return fail("malformed");
  const decode = decodeURIComponent;
  const inForm = (text: string) => text.replaceAll("+", " ");
  try {
    const pairs = raw === "" ? [] : raw.split("&").map((pair) => splitPair(pair).map((part) => decode(inForm(part))));
    return ok({
      raw,
      decoded: decode(raw),
      first: (name) => pairs.find(([given]) => given === name)?.[1] || null,
      all: (name) => pairs.filter(([given]) => given === `${name}[]`).map(([, value]) => value!),
    });
  } catch {
    return fail("malformed");
  }
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf("=");
  return at === -1 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** POST bodies are JSON objects under exactly one `Content-Type`. Source: upbit-api 1.2. */
export function readBody(
  contentType: string | undefined,
  text: string,
): Result<Readonly<Record<string, unknown>>, Refusal> {
  const wrong = () => refuse(400, "validation_error", "요청 본문은 JSON 객체여야 합니다.");
  if (!/^application\/json(\s*;\s*charset=utf-8)?$/i.test(contentType ?? "")) return wrong();
  try {
    const body: unknown = JSON.parse(text);
    if (body === null || typeof body !== "object" || Array.isArray(body)) return wrong();
    return ok(body as Record<string, unknown>);
  } catch {
    return wrong();
  }
}
