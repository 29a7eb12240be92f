import { fail, ok, type Result } from "../../domain/result.ts";
import type { Env } from "../env.ts";
import type { CryptoPort } from "../web-crypto.ts";

/** Who sends push messages. Source: RFC 8292. */
export type Vapid = {
  /** base64url, 65 bytes; the browser subscribes under it. */
  readonly publicKey: string;
  /** Signs, cannot be read. */
  readonly key: CryptoKey;
  /** Where a push service complains: `mailto:` or `https:`. */
  readonly subject: string;
};

const SUBJECT = /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/;

/** All three variables or none. Rule X1. */
export async function readVapid(env: Env, crypto: CryptoPort): Promise<Result<Vapid | null, string>> {
  const given = [env.VAPID_PUBLIC_KEY, env.VAPID_PRIVATE_KEY, env.VAPID_SUBJECT].map((text) => text?.trim() ?? "");
  if (given.every((text) => text === "")) return ok(null);
  const [publicKey, privateKey, subject] = given as [string, string, string];
  if (!SUBJECT.test(subject)) return fail("VAPID_SUBJECT is neither a mailto: nor an https: address.");
  const key = await crypto.pushKey(publicKey, privateKey);
  return key
    ? ok({ publicKey, key, subject })
    : fail("VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are not the two halves of a P-256 key in base64url.");
}
