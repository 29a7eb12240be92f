import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  timingSafeEqual,
  type KeyObject,
} from "node:crypto";
import type { Bytes } from "../../relay/bytes.ts";
import type { CryptoPort } from "../../relay/web-crypto.ts";

/** The same algorithms as the platform's, done at once: a run waits for no thread, and a result comes when the loop hands
 *  it out. Its keys fit nowhere else. */
type PlainCrypto = {
  readonly [Name in keyof CryptoPort]: (
    ...given: Parameters<CryptoPort[Name]>
  ) => Awaited<ReturnType<CryptoPort[Name]>>;
};

const TAG_BYTES = 16;
type PlainKey = { readonly key: KeyObject; readonly hash: string };
/** Few keys, opened again for every signature: a handle takes longer to make than to use. */
const made = new Map<string, KeyObject>();
function handleOf(raw: Bytes, hashName = ""): CryptoKey {
  const name = Buffer.from(raw).toString("latin1");
  const key = made.get(name) ?? createSecretKey(raw);
  made.set(name, key);
  return { key, hash: hashName } satisfies PlainKey as unknown as CryptoKey;
}
const keyOf = (handle: CryptoKey): PlainKey => handle as unknown as PlainKey;
const bytes = (given: Buffer): Bytes => new Uint8Array(given);
const nodeName = (hashName: string): string => hashName.replace("-", "").toLowerCase();

function mac(handle: CryptoKey, text: string): Bytes {
  const { key, hash: hashName } = keyOf(handle);
  return bytes(createHmac(hashName, key).update(text).digest());
}

/** Push messages are not part of a run. */
const noPush = (): never => {
  throw new Error("nothing is pushed in the simulation");
};

export const plainCrypto: PlainCrypto = {
  digest: (algorithm, data) => bytes(hash(nodeName(algorithm), data, "buffer")),
  hmacKey: (hashName, raw) => handleOf(raw, nodeName(hashName)),
  hmac: mac,
  hmacFits: (key, given, text) => {
    const own = mac(key, text);
    return own.length === given.length && timingSafeEqual(own, given);
  },
  cipherKey: (raw) => handleOf(raw),
  encrypt: (key, iv, { text, additionalData }) => {
    const cipher = createCipheriv("aes-256-gcm", keyOf(key).key, iv).setAAD(additionalData);
    return bytes(Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]));
  },
  decrypt: (key, iv, { text, additionalData }) => {
    const end = text.length - TAG_BYTES;
    try {
      const decipher = createDecipheriv("aes-256-gcm", keyOf(key).key, iv).setAAD(additionalData);
      decipher.setAuthTag(text.subarray(end));
      return bytes(Buffer.concat([decipher.update(text.subarray(0, end)), decipher.final()]));
    } catch {
      return null;
    }
  },
  pushKey: noPush,
  token: (key, algorithm, claims) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg: algorithm, typ: "JWT" })}.${part(claims)}`;
    return `${signed}.${Buffer.from(mac(key, signed)).toString("base64url")}`;
  },
  sealPush: noPush,
};
