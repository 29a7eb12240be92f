import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import worker from "./worker.ts";

describe("worker", () => {
  it("x", async () => {
    const r = await worker.fetch(new Request("https://r.example/api/health"), env);
    expect([r.status, await r.text()]).toEqual([200, '{"ok":true}']);
  });
});
