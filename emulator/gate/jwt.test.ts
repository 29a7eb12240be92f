import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hashedBody, queryHashHolds, readToken, signatureHolds } from "./jwt.ts";
import { readQuery } from "../rest/request.ts";

const SECRET = "OBSTESTSECRETKEY000000000000000000000001";
const PAYLOAD =
  "eyJhY2Nlc3Nfa2V5IjoiT0JTVEVTVEFDQ0VTU0tFWTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMSIsIm5vbmNlIjoiMTExMTExMTEtMjIyMi00MzMzLTg0NDQtNTU1NTU1NTU1NTU1In0";
const HS512 = `eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.${PAYLOAD}.oKsNAqUl4S3H_zsKADLy5o1EbiFswnnE2ARp0dBfRILk7sEKcJuMyWx3Q2Tz5I3rWSHQOZDIlmJ9PP6fhWPMRQ`;
const HS256 = `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${PAYLOAD}.YfBt0nWZjBLp1oKTbJ6tVIeP38EYJp54Yv-qYnO6RRk`;
const HASHES = {
  list: "6de9aeb8877f83811e197c2f510d9cbaf06399418aacec52137cbcf2c2062b46077d22f968ae9a606ec03542ee6ea3d2c93db9647f90808283c2b622c1ac78f2",
  order:
    "8053e208516d3ffb3355d251f01828365a53a06772cb9e609d84448652d4fe19a6e65fd11380d9f4fe5e7ee327b0c5e9fdcee3944ad0bcc645f8ca451d572b8e",
  time: "2551a9e8660db71804d1bbcc714b674ef662ef31974ca39f536480c6c0bad7628d9b73abe0153f757ca1bfcb99df94572b4a338694513bbe684292fcb022dd12",
};

const tokenOf = (text: string) => {
  const token = readToken(`Bearer ${text}`);
  if (!token.ok) throw new Error(String(token.fault.name));
  return token.value;
};
const decodedOf = (raw: string) => {
  const query = readQuery(raw);
  return query.ok ? query.value.decoded : "malformed";
};
const claims = (query_hash: string) => ({ access_key: "a", nonce: "n", query_hash });

describe("the token verifier", () => {
  it("accepts the documented tokens in both algorithms [2.4]", () => {
    expect(signatureHolds(tokenOf(HS512), SECRET)).toBe(true);
    expect(signatureHolds(tokenOf(HS256), SECRET)).toBe(true);
    expect(tokenOf(HS512).claims.nonce).toBe("11111111-2222-4333-8444-555555555555");
  });

  it("accepts the documented token over an order's hash [2.4]", () => {
    const payload = JSON.stringify({
      access_key: "OBSTESTACCESSKEY000000000000000000000001",
      nonce: "11111111-2222-4333-8444-555555555555",
      query_hash: HASHES.order,
      query_hash_alg: "SHA512",
    });
    const signature = "GduKajRIUeDw46nh6DOBQVtc7PHlPye9u5Akpm-mcu9XYzNcW3VcA4bQzsVD_KqSgF9pie4zVZOvEXFD8TY-oQ";
    const token = tokenOf(
      `eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.${Buffer.from(payload).toString("base64url")}.${signature}`,
    );
    expect(signatureHolds(token, SECRET)).toBe(true);
  });

  it("refuses another secret, another algorithm's signature and an unsigned token [2.2]", () => {
    expect(signatureHolds(tokenOf(HS512), `${SECRET.slice(0, -1)}2`)).toBe(false);
    expect(signatureHolds(tokenOf(HS512.replace(/[^.]+$/, HS256.split(".")[2]!)), SECRET)).toBe(false);
    const unsigned = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    expect(readToken(`Bearer ${unsigned}.${PAYLOAD}.AA`)).toMatchObject({ fault: { name: "jwt_verification" } });
    expect(readToken(undefined)).toMatchObject({ fault: { status: 401, name: "no_authorization_token" } });
  });

  it("hashes the percent-decoded query with literal brackets and commas [2.3, 2.4]", () => {
    const list = "market=KRW-XRP&states[]=wait&states[]=watch&limit=10";
    expect(queryHashHolds(claims(HASHES.list), decodedOf(list))).toBe(true);
    expect(queryHashHolds(claims(HASHES.list), decodedOf(list.replaceAll("[", "%5B").replaceAll("]", "%5D")))).toBe(
      true,
    );
    expect(queryHashHolds(claims(HASHES.time), decodedOf("start_time=2026-11-01T00%3A00%3A00%2B09%3A00&limit=5"))).toBe(
      true,
    );
  });

  it("hashes a body's pairs in body order [2.3, 2.4]", () => {
    const body = { market: "KRW-XRP", side: "bid", volume: "12.5", price: "3120", ord_type: "limit" };
    expect(queryHashHolds(claims(HASHES.order), hashedBody(body))).toBe(true);
    const { market, ...rest } = body;
    expect(queryHashHolds(claims(HASHES.order), hashedBody({ ...rest, market }))).toBe(false);
  });

  it("refuses parameters without a hash and a hash without parameters [2.3]", () => {
    expect(queryHashHolds({ access_key: "a", nonce: "n" }, "market=KRW-XRP")).toBe(false);
    expect(queryHashHolds(claims(HASHES.list), "")).toBe(false);
    expect(queryHashHolds({ access_key: "a", nonce: "n" }, "")).toBe(true);
    const short = createHash("sha256").update("a=1").digest("hex");
    expect(queryHashHolds({ ...claims(short), query_hash_alg: "SHA256" }, "a=1")).toBe(true);
  });
});
