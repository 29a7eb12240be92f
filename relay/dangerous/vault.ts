import * as v from "valibot";
import { fail, ok, type Result } from "../../domain/result.ts";
import { base64, bytesOfBase64, utf8, type Bytes } from "../bytes.ts";
import type { RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import type { Signer } from "../upbit/sign.ts";
import type { CryptoPort } from "../web-crypto.ts";

/** The only place where a secret key is in the clear. It enters from the request that brings it, lies in the database
 *  as AES-256-GCM under a data key of its own, which is wrapped by a master key, and leaves as a signing handle that
 *  cannot be read back. Both layers name user, key and version as associated data: a row copied to another user or
 *  changed in place does not open. Rules K1, K2. */

/** Layout of the sealed text; a new one gets a new number. */
const VERSION = 1;
const IV_BYTES = 12;
const DATA_KEY_BYTES = 32;

/** Whose key it is and under which name it lies. */
export type KeyOwner = { readonly userId: string; readonly keyId: string };
/** Base64 of the nonce followed by the ciphertext with its tag. */
export type SealedKey = {
  readonly version: number;
  /** Version of the master key that wrapped the data key. */
  readonly masterVersion: number;
  readonly wrappedKey: string;
  readonly sealed: string;
};
type KeyEntry = { readonly accessKey: string; readonly secretKey: string };
const EntrySchema = v.object({ accessKey: v.string(), secretKey: v.string() });

const associated = (layer: "wrap" | "seal", { userId, keyId }: KeyOwner): Bytes =>
  utf8(`observator ${layer} v${VERSION} ${userId} ${keyId}`);

async function encrypt(relay: Relay, key: CryptoKey, text: Bytes, additionalData: Bytes): Promise<string> {
  const iv = relay.outside.randomBytes(IV_BYTES);
  const cipher = await relay.outside.crypto.encrypt(key, iv, { text, additionalData });
  const joined = new Uint8Array(IV_BYTES + cipher.length);
  joined.set(iv);
  joined.set(cipher, IV_BYTES);
  return base64(joined);
}

/** @returns null when it was not sealed by this key for this owner */
async function decrypt(relay: Relay, key: CryptoKey, sealed: string, additionalData: Bytes): Promise<Bytes | null> {
  const bytes = bytesOfBase64(sealed);
  if (!bytes || bytes.length <= IV_BYTES) return null;
  const text = bytes.slice(IV_BYTES);
  return relay.outside.crypto.decrypt(key, bytes.slice(0, IV_BYTES), { text, additionalData });
}

export async function sealKey(relay: Relay, owner: KeyOwner, entry: KeyEntry): Promise<SealedKey> {
  const dataKey = relay.outside.randomBytes(DATA_KEY_BYTES);
  const plain = utf8(JSON.stringify({ accessKey: entry.accessKey, secretKey: entry.secretKey }));
  const sealed = await encrypt(relay, await relay.outside.crypto.cipherKey(dataKey), plain, associated("seal", owner));
  const wrapped = await wrap(relay, owner, dataKey);
  dataKey.fill(0);
  plain.fill(0);
  return { version: VERSION, ...wrapped, sealed };
}

async function wrap(relay: Relay, owner: KeyOwner, dataKey: Bytes) {
  const { newest, byVersion } = relay.settings.masterKeys;
  const wrappedKey = await encrypt(relay, byVersion.get(newest)!, dataKey, associated("wrap", owner));
  return { masterVersion: newest, wrappedKey };
}

function unwrap(relay: Relay, owner: KeyOwner, stored: SealedKey): Promise<Bytes | null> {
  const master = relay.settings.masterKeys.byVersion.get(stored.masterVersion);
  if (stored.version !== VERSION || !master) return Promise.resolve(null);
  return decrypt(relay, master, stored.wrappedKey, associated("wrap", owner));
}

/** The same key under the newest master key; what is sealed inside is not opened.
 *  @returns null when the master key it was wrapped with is not at hand. Rule K6. */
export async function rewrapKey(relay: Relay, owner: KeyOwner, stored: SealedKey): Promise<SealedKey | null> {
  const dataKey = await unwrap(relay, owner, stored);
  if (!dataKey) return null;
  const wrapped = await wrap(relay, owner, dataKey);
  dataKey.fill(0);
  return { ...stored, ...wrapped };
}

/** Source: upbit-api 2.2: the key of the signature is the secret's text as it was issued. */
export async function signerOf(crypto: CryptoPort, entry: KeyEntry): Promise<Signer> {
  const secret = utf8(entry.secretKey);
  const key = await crypto.hmacKey("SHA-512", secret);
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
    detail: "The stored key does not open with this deployment's master keys; enter it again.",
  };
  const dataKey = await unwrap(relay, owner, stored);
  if (!dataKey) return fail(closed);
  const plain = await decrypt(
    relay,
    await relay.outside.crypto.cipherKey(dataKey),
    stored.sealed,
    associated("seal", owner),
  );
  dataKey.fill(0);
  if (!plain) return fail(closed);
  const entry = v.parse(EntrySchema, JSON.parse(new TextDecoder().decode(plain)));
  plain.fill(0);
  return ok(await signerOf(relay.outside.crypto, entry));
}
