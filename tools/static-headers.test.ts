import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { headersFor } from "./static-headers.ts";

const template = readFileSync("public/_headers", "utf8");

describe("the page's headers", () => {
  it("name exactly the exchange's hosts, and nothing unsafe", () => {
    const headers = headersFor(template, "https://api.upbit.com", "wss://api.upbit.com/websocket/v1");
    expect(headers).toContain("connect-src 'self' https://api.upbit.com wss://api.upbit.com;");
    expect(headers).toContain("require-trusted-types-for 'script'");
    expect(headers).toContain("Strict-Transport-Security: max-age=31536000");
    expect(headers).not.toContain("EXCHANGE_ORIGINS");
    expect(headers).not.toMatch(/unsafe-inline|'unsafe-eval'|connect-src[^;]*\*/);
  });

  it("are not written from a template without a place for the hosts", () => {
    expect(() => headersFor("/*\n  X-A: b", "https://a.example", "wss://a.example")).toThrow(/EXCHANGE_ORIGINS/);
  });
});
