import { describe, expect, it } from "vitest";
import { utf8, type Bytes } from "../../relay/bytes.ts";
import { webCrypto } from "../../relay/web-crypto.ts";
import { plainCrypto } from "./plain-crypto.ts";

const RAW = new Uint8Array(32).fill(7) as Bytes;
const IV = new Uint8Array(12).fill(3) as Bytes;
const PARTS = { text: utf8("a secret"), additionalData: utf8("whose") };

describe("the simulation's cryptography", () => {
  it("gives the bytes that the platform's gives", async () => {
    for (const algorithm of ["SHA-256", "SHA-512"] as const) {
      expect(plainCrypto.digest(algorithm, "text")).toEqual(await webCrypto.digest(algorithm, "text"));
      const theirs = await webCrypto.hmac(await webCrypto.hmacKey(algorithm, RAW), "text");
      const key = plainCrypto.hmacKey(algorithm, RAW);
      expect(plainCrypto.hmac(key, "text")).toEqual(theirs);
      expect([plainCrypto.hmacFits(key, theirs, "text"), plainCrypto.hmacFits(key, theirs, "other")]).toEqual([
        true,
        false,
      ]);
    }
    const claims = { access_key: "a", nonce: "b" };
    expect(plainCrypto.token(plainCrypto.hmacKey("SHA-512", RAW), "HS512", claims)).toBe(
      await webCrypto.token(await webCrypto.hmacKey("SHA-512", RAW), "HS512", claims),
    );
    const sealed = await webCrypto.encrypt(await webCrypto.cipherKey(RAW), IV, PARTS);
    expect(plainCrypto.encrypt(plainCrypto.cipherKey(RAW), IV, PARTS)).toEqual(sealed);
  });

  it("opens what the platform sealed, and nothing that was changed", async () => {
    const sealed = await webCrypto.encrypt(await webCrypto.cipherKey(RAW), IV, PARTS);
    const open = (text: Bytes) => plainCrypto.decrypt(plainCrypto.cipherKey(RAW), IV, { ...PARTS, text });
    expect(open(sealed)).toEqual(PARTS.text);
    expect(open(sealed.with(0, sealed[0]! ^ 1) as Bytes)).toBeNull();
    expect(open(new Uint8Array(4) as Bytes)).toBeNull();
  });
});
