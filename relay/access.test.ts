import { beforeEach, describe, expect, it } from "vitest";
import { ROUTES } from "./routes/routes.ts";
import { World } from "./testing/world.ts";

describe("ways into the relay", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make();
  });
  const address = (path: string): string => path.replace(":market", "KRW-BTC").replace(":id", "x");

  it.each<Record<string, string>>([
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
    { Origin: "https://evil.example" },
  ])("refuses to change anything for another site: %o [X4]", async (headers) => {
    const person = await world.person("victim");
    for (const route of ROUTES.filter(({ method }) => method !== "GET")) {
      const answer = await person.ask(`${route.method} ${address(route.path)}`, {}, headers);
      expect([answer.status, answer.body["type"]]).toEqual([403, "origin-refused"]);
    }
    expect((await person.ask("GET /api/me")).status).toBe(200);
  });

  it("takes what its own page sends [X4]", async () => {
    const headers = { "Sec-Fetch-Site": "same-origin", Origin: "https://relay.example" };
    const person = await world.person("owner");
    expect((await person.ask("DELETE /api/key", undefined, headers)).status).toBe(204);
  });

  it("answers every failure with a problem that names no value of the request [X14]", async () => {
    const secret = "S3CRET-value-with-sign-+";
    const person = await world.person("careless");
    const answer = await person.ask("PUT /api/key", { accessKey: secret, secretKey: secret });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({ type: "bad-input", kind: "refuse", status: 400, field: "accessKey" });
    expect(answer.body["requestId"]).toBe(answer.headers.get("X-Request-Id"));
    expect(JSON.stringify(answer.body)).not.toContain(secret);
    const broken = await person.ask("POST /api/orders", `{"secretKey": "${secret}"`);
    expect([broken.status, JSON.stringify(broken.body).includes(secret)]).toEqual([400, false]);
  });

  it("tells nothing of a bug but its request id, and reports it [X14]", async () => {
    const app = (await World.make()).app;
    expect((await app.fetch(new Request("https://relay.example/api/nowhere"))).status).toBe(404);
    Object.assign(world.relay, { db: null });
    const answer = await world.ask("GET /api/me", { cookie: "__Host-session=x" });
    expect([answer.status, answer.body["type"]]).toEqual([500, "internal"]);
    expect(JSON.stringify(answer.body)).not.toMatch(/null|prepare|TypeError/);
    expect(world.reports).toHaveLength(1);
  });

  it("refuses bodies that are too large, whatever their header says, and those that are not JSON", async () => {
    const large = JSON.stringify({ name: "x".repeat(70_000) });
    const answer = await world.ask("POST /api/log-in", { body: large });
    expect([answer.status, answer.body["type"]]).toEqual([413, "too-large"]);
    const unsized = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(large));
        controller.close();
      },
    });
    const headers = { "Content-Type": "application/json" };
    const streamed = new Request("https://relay.example/api/log-in", { method: "POST", headers, body: unsized });
    expect((await world.app.fetch(streamed)).status).toBe(413);
    const text = await world.ask("POST /api/log-in", { body: "{}", headers: { "Content-Type": "text/plain" } });
    expect([text.status, text.body["field"]]).toEqual([400, "content-type"]);
  });

  it("dresses every answer: no sniffing, no storing, no document", async () => {
    const { headers } = await world.ask("GET /api/health");
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
  });
});
