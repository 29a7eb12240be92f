import { encryptNotification } from "@block65/webcrypto-web-push";
import { SignJWT, type JWTPayload } from "jose";
import { base64Url, bytesOfBase64Url, hex, utf8, type Bytes } from "./bytes.ts";

/** Everything of WebCrypto that the relay uses. It reaches it through `outside.crypto` alone: WebCrypto completes in no
 *  fixed order, so a deterministic simulation completes these promises itself. No other file of the relay names
 *  `crypto.subtle`, nor a package that does; the house test holds that. Keys are handles that cannot be exported. */
export type CryptoPort = {
  digest(algorithm: "SHA-256" | "SHA-512", data: string | Bytes): Promise<Bytes>;
  hmacKey(hash: "SHA-256" | "SHA-512", raw: Bytes): Promise<CryptoKey>;
  hmac(key: CryptoKey, text: string): Promise<Bytes>;
  /** Compares in constant time. */
  hmacFits(key: CryptoKey, mac: Bytes, text: string): Promise<boolean>;
  /** AES-256-GCM. */
  cipherKey(raw: Bytes): Promise<CryptoKey>;
  encrypt(key: CryptoKey, iv: Bytes, parts: CipherParts): Promise<Bytes>;
  /** @returns null when the text was not made with this key, nonce and associated data */
  decrypt(key: CryptoKey, iv: Bytes, parts: CipherParts): Promise<Bytes | null>;
  /** A P-256 key pair that signs with ES256. Both halves base64url: 65 bytes of point, 32 of scalar.
   *  @returns null when they are no key pair of that curve */
  pushKey(publicKey: string, privateKey: string): Promise<CryptoKey | null>;
  /** A compact token; the claims stand in it in the order given. Source: RFC 7515. */
  token(key: CryptoKey, algorithm: "HS512" | "ES256", claims: JWTPayload): Promise<string>;
  /** The body that only this subscription's browser can read. Source: RFC 8291.
   *  @returns null when the subscription's keys are no keys */
  sealPush(device: PushKeys, text: string): Promise<Bytes | null>;
};
export type CipherParts = { readonly text: Bytes; readonly additionalData: Bytes };
/** base64url: an uncompressed P-256 point, and 16 bytes. */
export type PushKeys = { readonly p256dh: string; readonly auth: string };

const AES = "AES-GCM";

/** The platform's own. */
export const webCrypto: CryptoPort = {
  digest: async (algorithm, data) =>
    new Uint8Array(await crypto.subtle.digest(algorithm, typeof data === "string" ? utf8(data) : data)),
  hmacKey: (hash, raw) => crypto.subtle.importKey("raw", raw, { name: "HMAC", hash }, false, ["sign", "verify"]),
  hmac: async (key, text) => new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(text))),
  hmacFits: (key, mac, text) => crypto.subtle.verify("HMAC", key, mac, utf8(text)),
  cipherKey: (raw) => crypto.subtle.importKey("raw", raw, AES, false, ["encrypt", "decrypt"]),
  encrypt: async (key, iv, { text, additionalData }) =>
    new Uint8Array(await crypto.subtle.encrypt({ name: AES, iv, additionalData }, key, text)),
  async decrypt(key, iv, { text, additionalData }) {
    try {
      return new Uint8Array(await crypto.subtle.decrypt({ name: AES, iv, additionalData }, key, text));
    } catch {
      return null;
    }
  },
  async pushKey(publicKey, privateKey) {
    try {
      const point = bytesOfBase64Url(publicKey);
      if (point?.length !== 65 || point[0] !== 4) return null;
      const [x, y] = [base64Url(point.slice(1, 33)), base64Url(point.slice(33))];
      const jwk = { kty: "EC", crv: "P-256", x, y, d: privateKey };
      return await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
    } catch {
      return null;
    }
  },
  token: (key, algorithm, claims) => new SignJWT(claims).setProtectedHeader({ alg: algorithm, typ: "JWT" }).sign(key),
  async sealPush({ p256dh, auth }, text) {
    try {
      return Uint8Array.from(
        await encryptNotification({ endpoint: "", expirationTime: null, keys: { p256dh, auth } }, utf8(text)),
      );
    } catch {
      return null;
    }
  },
};

/** SHA-256 of a text or bytes, hex. */
export const sha256 = async (port: CryptoPort, data: string | Bytes): Promise<string> =>
  hex(await port.digest("SHA-256", data));
