import { SignJWT } from "jose";
import { hex, utf8 } from "../bytes.ts";
import { hashedQuery, type Parameters } from "./query-text.ts";

/** A trading key ready to sign: the secret is a handle that cannot be read back. */
export type Signer = { readonly accessKey: string; readonly key: CryptoKey };

/** The token of one request. A nonce is never used twice. Source: upbit-api 2.2, 2.3. Rule K4. */
export async function signRequest(signer: Signer, parameters: Parameters, nonce: string): Promise<string> {
  const claims: Record<string, string> = { access_key: signer.accessKey, nonce };
  if (parameters.length > 0) {
    const digest = await crypto.subtle.digest("SHA-512", utf8(hashedQuery(parameters)));
    claims["query_hash"] = hex(new Uint8Array(digest));
    claims["query_hash_alg"] = "SHA512";
  }
  return new SignJWT(claims).setProtectedHeader({ alg: "HS512", typ: "JWT" }).sign(signer.key);
}
