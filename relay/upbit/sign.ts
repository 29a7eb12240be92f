import { hex } from "../bytes.ts";
import type { CryptoPort } from "../web-crypto.ts";
import { hashedQuery, type Parameters } from "./query-text.ts";

/** A trading key ready to sign: the secret is a handle that cannot be read back. */
export type Signer = { readonly accessKey: string; readonly key: CryptoKey };

/** The token of one request. A nonce is never used twice. Source: upbit-api 2.2, 2.3; RFC 7515. Rule K4. */
export async function signRequest(
  crypto: CryptoPort,
  signer: Signer,
  parameters: Parameters,
  nonce: string,
): Promise<string> {
  const claims: Record<string, string> = { access_key: signer.accessKey, nonce };
  if (parameters.length > 0) {
    claims["query_hash"] = hex(await crypto.digest("SHA-512", hashedQuery(parameters)));
    claims["query_hash_alg"] = "SHA512";
  }
  return crypto.token(signer.key, "HS512", claims);
}
