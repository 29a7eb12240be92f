import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  timingSafeEqual,
  type KeyObject,
} from "node:crypto";
import type { Bytes } from "../../relay/bytes.ts";
import type { CryptoPort } from "../../relay/web-crypto.ts";

/** The same algorithms as the platform's, done at once: a run waits for no thread, and a result comes when the loop hands
 *  it out. Its keys are handles of Node's own and fit nowhere else. */
type PlainCrypto = {
  readonly [Name in keyof CryptoPort]: (
    ...given: Parameters<CryptoPort[Name]>
  ) => Awaited<ReturnType<CryptoPort[Name]>>;
};

const TAG_BYTES = 16;
const hashes = new WeakMap<KeyObject, string>();
const handleOf = (key: KeyObject): CryptoKey => key as unknown as CryptoKey;
const keyOf = (handle: CryptoKey): KeyObject => handle as unknown as KeyObject;
const bytes = (given: Buffer): Bytes => new Uint8Array(given);

function mac(handle: CryptoKey, text: string): Bytes {
  const key = keyOf(handle);
  return bytes(createHmac(hashes.get(key)!, key).update(text).digest());
}

/** Push messages are not part of a run. */
const noPush = (): never => {
  throw new Error("nothing is pushed in the simulation");
};

export const plainCrypto: PlainCrypto = {
  digest: (algorithm, data) => bytes(createHash(algorithm.replace("-", "").toLowerCase()).update(data).digest()),
  hmacKey: (hash, raw) => {
    const key = createSecretKey(raw);
    hashes.set(key, hash.replace("-", "").toLowerCase());
    return handleOf(key);
  },
  hmac: mac,
  hmacFits: (key, given, text) => {
    const own = mac(key, text);
    return own.length === given.length && timingSafeEqual(own, given);
  },
  cipherKey: (raw) => handleOf(createSecretKey(raw)),
  encrypt: (key, iv, { text, additionalData }) => {
    const cipher = createCipheriv("aes-256-gcm", keyOf(key), iv).setAAD(additionalData);
    return bytes(Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]));
  },
  decrypt: (key, iv, { text, additionalData }) => {
    const end = text.length - TAG_BYTES;
    try {
      const decipher = createDecipheriv("aes-256-gcm", keyOf(key), iv).setAAD(additionalData);
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
