import type { IncomingMessage } from "node:http";
import { fail, ok, type Result } from "../../domain/result.ts";
import { refuse, type Refusal } from "../refusal.ts";

/** Query parameters in the order they were sent, names and values percent-decoded. */
export type Query = {
  /** The whole decoded query, as it is hashed. Source: upbit-api 2.3. */
  readonly decoded: string;
  /** First value under a name, null when absent or empty. */
  first(name: string): string | null;
  /** Values under `name[]`. */
  all(name: string): string[];
};

/** Largest body that is read. */
const MOST_BODY_BYTES = 64 * 1024;

/** Source: upbit-api 1.2: a value that is not percent-encoded is refused. A plus stands for a space, as in a form. */
export function readQuery(raw: string): Result<Query, "malformed"> {
  if (raw.includes(":")) return fail("malformed");
  const decode = decodeURIComponent;
  const inForm = (text: string) => text.replaceAll("+", " ");
  try {
    const pairs = raw === "" ? [] : raw.split("&").map((pair) => splitPair(pair).map((part) => decode(inForm(part))));
    return ok({
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

export async function readText(request: IncomingMessage): Promise<Result<string, Refusal>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_BODY_BYTES) return refuse(400, "validation_error", "요청 본문이 너무 큽니다.");
      chunks.push(chunk);
    }
  } catch {
    // The caller hung up while sending: nobody reads this answer, and nothing happened.
    return refuse(400, "bad_request", "요청이 중단되었습니다.");
  }
  return ok(Buffer.concat(chunks).toString("utf8"));
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
