import * as v from "valibot";
import { fail, ok, type Result } from "../../domain/result.ts";
import { base64, bytesOfBase64, utf8, type Bytes } from "../bytes.ts";
import type { RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import type { Signer } from "../upbit/sign.ts";

/** The only place where a secret key is in the clear. It enters from the request that brings it, lies in the database
 *  as AES-256-GCM under a data key of its own, which is wrapped by the master key, and leaves as a signing handle that
 *  cannot be read back. Both layers name user, key and version as associated data: a row copied to another user or
 *  changed in place does not open. Rules K1, K2. */

/** Layout of the sealed text; a new one gets a new number. */
const VERSION = 1;
const IV_BYTES = 12;
const DATA_KEY_BYTES = 32;

/** Whose key it is and under which name it lies. */
export type KeyOwner = { readonly userId: string; readonly keyId: string };
/** Base64 of the nonce followed by the ciphertext with its tag. */
export type SealedKey = { readonly version: number; readonly wrappedKey: string; readonly sealed: string };
type KeyEntry = { readonly accessKey: string; readonly secretKey: string };
const EntrySchema = v.object({ accessKey: v.string(), secretKey: v.string() });

const associated = (layer: "wrap" | "seal", { userId, keyId }: KeyOwner): Bytes =>
  utf8(`observator ${layer} v${VERSION} ${userId} ${keyId}`);

async function encrypt(relay: Relay, key: CryptoKey, plain: Bytes, additionalData: Bytes): Promise<string> {
  const iv = relay.outside.randomBytes(IV_BYTES);
  const cipher = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain));
  const joined = new Uint8Array(IV_BYTES + cipher.length);
  joined.set(iv);
  joined.set(cipher, IV_BYTES);
  return base64(joined);
}

/** @returns null when it was not sealed by this key for this owner */
async function decrypt(key: CryptoKey, text: string, additionalData: Bytes): Promise<Bytes | null> {
  const bytes = bytesOfBase64(text);
  if (!bytes || bytes.length <= IV_BYTES) return null;
  const iv = bytes.slice(0, IV_BYTES);
  try {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, bytes.slice(IV_BYTES));
    return new Uint8Array(plain);
  } catch {
    return null;
  }
}

const importDataKey = (bytes: Bytes, usage: "encrypt" | "decrypt"): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", bytes, "AES-GCM", false, [usage]);

export async function sealKey(relay: Relay, owner: KeyOwner, entry: KeyEntry): Promise<SealedKey> {
  const dataKey = relay.outside.randomBytes(DATA_KEY_BYTES);
  const plain = utf8(JSON.stringify({ accessKey: entry.accessKey, secretKey: entry.secretKey }));
  const sealed = await encrypt(relay, await importDataKey(dataKey, "encrypt"), plain, associated("seal", owner));
  const wrappedKey = await encrypt(relay, relay.settings.masterKey, dataKey, associated("wrap", owner));
  dataKey.fill(0);
  plain.fill(0);
  return { version: VERSION, wrappedKey, sealed };
}

/** Source: upbit-api 2.2: the key of the signature is the secret's text as it was issued. */
export async function signerOf(entry: KeyEntry): Promise<Signer> {
  const secret = utf8(entry.secretKey);
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-512" }, false, ["sign"]);
  secret.fill(0);
  return { accessKey: entry.accessKey, key };
}

export async function openSigner(
  relay: Relay,
  owner: KeyOwner,
  stored: SealedKey,
): Promise<Result<Signer, RelayFault>> {
  const closed: RelayFault = {
    type: "internal",
    kind: "stop",
    detail: "The stored key does not open with this deployment's master key; enter it again.",
  };
  if (stored.version !== VERSION) return fail(closed);
  const dataKey = await decrypt(relay.settings.masterKey, stored.wrappedKey, associated("wrap", owner));
  if (!dataKey) return fail(closed);
  const plain = await decrypt(await importDataKey(dataKey, "decrypt"), stored.sealed, associated("seal", owner));
  dataKey.fill(0);
  if (!plain) return fail(closed);
  const entry = v.parse(EntrySchema, JSON.parse(new TextDecoder().decode(plain)));
  plain.fill(0);
  return ok(await signerOf(entry));
}
