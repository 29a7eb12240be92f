import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import { ok, type Result } from "../../domain/result.ts";
import { refuse, type Refusal } from "../refusal.ts";

/** Verifies the exchange's tokens. Written against the contract alone: it shares no code with any signer. */

const ALGORITHMS: Readonly<Record<string, string>> = { HS256: "sha256", HS512: "sha512" };
/** Nobody could confirm that others work (upbit-api 9.6). */
const OTHER_ALGORITHMS: Readonly<Record<string, string>> = { HS384: "sha384" };
const HeaderSchema = v.object({ alg: v.string() });
const ClaimsSchema = v.object({
  access_key: v.string(),
  nonce: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  query_hash: v.optional(v.string()),
  query_hash_alg: v.optional(v.string()),
});
export type Claims = v.InferOutput<typeof ClaimsSchema>;

/** A token taken apart; nothing in it is to be trusted before `signatureHolds`. */
export type Token = {
  readonly claims: Claims;
  readonly algorithm: string;
  readonly signed: string;
  readonly signature: Buffer;
};

const broken = () => refuse(401, "jwt_verification", "JWT 헤더의 페이로드를 확인할 수 없습니다.");

/** Reads `Authorization: Bearer …`. Source: upbit-api 2.2. */
export function readToken(
  authorization: string | undefined,
  others: "refuse" | "accept" = "refuse",
): Result<Token, Refusal> {
  const match = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization ?? "");
  if (!match)
    return authorization?.startsWith("Bearer ")
      ? broken()
      : refuse(401, "no_authorization_token", "인증 토큰이 필요합니다.");
  const [, head, body, signature] = match as unknown as [string, string, string, string];
  const header = v.safeParse(HeaderSchema, parsed(head));
  const claims = v.safeParse(ClaimsSchema, parsed(body));
  if (!header.success || !claims.success) return broken();
  const { alg } = header.output;
  const algorithm = ALGORITHMS[alg] ?? (others === "accept" ? OTHER_ALGORITHMS[alg] : undefined);
  if (!algorithm) return broken();
  const token = { claims: claims.output, algorithm, signed: `${head}.${body}` };
  return ok({ ...token, signature: Buffer.from(signature, "base64url") });
}

function parsed(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}

export function signatureHolds({ algorithm, signed, signature }: Token, secretKey: string): boolean {
  const expected = createHmac(algorithm, Buffer.from(secretKey, "utf8")).update(signed).digest();
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

const DIGESTS: Readonly<Record<string, string>> = { SHA512: "sha512", SHA384: "sha384", SHA256: "sha256" };

/** True when the token speaks for exactly this request. `hashed` is the percent-decoded query, or the body's pairs in
 *  body order; empty for a request without parameters. Source: upbit-api 2.3. */
export function queryHashHolds(claims: Claims, hashed: string): boolean {
  if (hashed === "") return claims.query_hash === undefined;
  const digest = DIGESTS[claims.query_hash_alg ?? "SHA512"];
  return digest !== undefined && claims.query_hash === createHash(digest).update(hashed, "utf8").digest("hex");
}

/** Top-level pairs of a JSON body in body order, as they are hashed; a number as its shortest text.
 *  @param nulls what a null value is: its own name, nothing after the sign, or no pair at all (upbit-api 9.6)
 *  Source: upbit-api 2.3. */
export const hashedBody = (
  body: Readonly<Record<string, unknown>>,
  nulls: "null" | "empty" | "left-out" = "null",
): string =>
  Object.entries(body)
    .filter(([, value]) => value !== null || nulls !== "left-out")
    .map(([name, value]) => `${name}=${value === null && nulls === "empty" ? "" : plainText(value)}`)
    .join("&");

const plainText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
