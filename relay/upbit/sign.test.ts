import { describe, expect, it } from "vitest";
import { signerOf } from "../dangerous/vault.ts";
import { claimsOf } from "../testing/fake-exchange.ts";
import { ACCESS_KEY, SECRET_KEY } from "../testing/world.ts";
import { sentQuery, type Parameters } from "./query-text.ts";
import { signRequest } from "./sign.ts";
import { webCrypto } from "../web-crypto.ts";

const NONCE = "11111111-2222-4333-8444-555555555555";
const sign = async (parameters: Parameters) =>
  signRequest(
    webCrypto,
    await signerOf(webCrypto, { accessKey: ACCESS_KEY, secretKey: SECRET_KEY }),
    parameters,
    NONCE,
  );
const hashIn = (token: string) => claimsOf(new Headers({ Authorization: `Bearer ${token}` }))["query_hash"];

/** Expected values: upbit-api 2.4. */
describe("signature", () => {
  it("signs a request without parameters to the byte [K4]", async () => {
    expect(await sign([])).toBe(
      "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJhY2Nlc3Nfa2V5IjoiT0JTVEVTVEFDQ0VTU0tFWTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMSIsIm5vbmNlIjoiMTExMTExMTEtMjIyMi00MzMzLTg0NDQtNTU1NTU1NTU1NTU1In0.oKsNAqUl4S3H_zsKADLy5o1EbiFswnnE2ARp0dBfRILk7sEKcJuMyWx3Q2Tz5I3rWSHQOZDIlmJ9PP6fhWPMRQ",
    );
  });

  it("hashes repeated names with literal brackets [K4]", async () => {
    const token = await sign([
      ["market", "KRW-XRP"],
      ["states[]", "wait"],
      ["states[]", "watch"],
      ["limit", "10"],
    ]);
    expect(hashIn(token)).toBe(
      "6de9aeb8877f83811e197c2f510d9cbaf06399418aacec52137cbcf2c2062b46077d22f968ae9a606ec03542ee6ea3d2c93db9647f90808283c2b622c1ac78f2",
    );
  });

  it("hashes an order's body in the order of its keys and signs it to the byte [K4]", async () => {
    const token = await sign([
      ["market", "KRW-XRP"],
      ["side", "bid"],
      ["volume", "12.5"],
      ["price", "3120"],
      ["ord_type", "limit"],
    ]);
    expect(hashIn(token)).toBe(
      "8053e208516d3ffb3355d251f01828365a53a06772cb9e609d84448652d4fe19a6e65fd11380d9f4fe5e7ee327b0c5e9fdcee3944ad0bcc645f8ca451d572b8e",
    );
    expect(token.split(".")[2]).toBe(
      "GduKajRIUeDw46nh6DOBQVtc7PHlPye9u5Akpm-mcu9XYzNcW3VcA4bQzsVD_KqSgF9pie4zVZOvEXFD8TY-oQ",
    );
  });

  it("hashes the decoded text of what it sends encoded [K4]", async () => {
    const parameters = [
      ["start_time", "2026-11-01T00:00:00+09:00"],
      ["limit", "5"],
    ] as const;
    expect(sentQuery(parameters)).toBe("start_time=2026-11-01T00%3A00%3A00%2B09%3A00&limit=5");
    expect(hashIn(await sign(parameters))).toBe(
      "2551a9e8660db71804d1bbcc714b674ef662ef31974ca39f536480c6c0bad7628d9b73abe0153f757ca1bfcb99df94572b4a338694513bbe684292fcb022dd12",
    );
  });
});
