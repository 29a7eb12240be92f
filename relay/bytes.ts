/** Bytes and their spellings; every byte array here owns its buffer, as WebCrypto wants it. */
export type Bytes = Uint8Array<ArrayBuffer>;

const ENCODER = new TextEncoder();
export const utf8 = (text: string): Bytes => ENCODER.encode(text) as Bytes;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte]!;
  return text;
}

/** @returns null when the text is not an even number of hex digits */
export function bytesOfHex(text: string): Bytes | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16));
}

export function base64(bytes: Uint8Array): string {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}

/** @returns null when the text is not base64 */
export function bytesOfBase64(text: string): Bytes | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

/** As JWTs and Web Push spell bytes: no padding, no letter that an address would encode. Source: RFC 4648, section 5. */
export const base64Url = (bytes: Uint8Array): string =>
  base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** @returns null when the text is not unpadded base64url */
export function bytesOfBase64Url(text: string): Bytes | null {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return text.includes("=") ? null : bytesOfBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, "="));
}
