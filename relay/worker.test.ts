import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Problem } from "../domain/fault.ts";
import type { Env } from "./env.ts";
import worker from "./worker.ts";
import { rowsOf } from "./testing/world.ts";

const health = (bindings: Env): Promise<Response> =>
  Promise.resolve(worker.fetch(new Request("https://relay.example/api/health"), bindings));

describe("worker", () => {
  it("answers 200 once secrets, database and migrations are there", async () => {
    const answer = await health(env);
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
  });

  it.each([
    ["MASTER_KEY", ""],
    ["MASTER_KEY", "11".repeat(31)],
    ["MASTER_KEY", "not a key at all"],
    ["PEPPER", undefined],
    ["PEPPER", "22".repeat(31)],
    ["SET_UP_CODE", "too-short"],
    ["EXCHANGE_URL", "http://api.upbit.com"],
    ["EXCHANGE_WS_URL", undefined],
    ["EGRESS_URL", "http://hop.example"],
    ["EGRESS_URL", "https://hop.example"],
    ["EGRESS_TOKEN", "too-short"],
  ])("refuses to start when %s is missing or unfit: %s [X1]", async (name, value) => {
    const hop = name === "EGRESS_TOKEN" ? { EGRESS_URL: "http://127.0.0.1:2" } : {};
    const bindings = { ...env, ...hop, [name]: value } as Env;
    const answer = await health(bindings);
    const problem = (await answer.json()) as Problem;
    expect(answer.status).toBe(503);
    expect(problem.detail).toContain(name);
    expect(JSON.stringify(problem).includes(value || "(no value)")).toBe(false);
    const config = await worker.fetch(new Request("https://relay.example/api/config"), bindings);
    expect(config.status).toBe(503);
  });

  it("does nothing on a schedule while a secret is missing [X1]", async () => {
    await env.DB.prepare("INSERT INTO attempts (scope, at_wall_ms) VALUES ('old', 0)").run();
    const event = {} as ScheduledController;
    // Nothing is due, so nothing is asked of this exchange.
    const bindings = { ...env, EXCHANGE_URL: "https://exchange.invalid" };
    await worker.scheduled(event, { ...bindings, PEPPER: "" });
    expect(await rowsOf("SELECT * FROM attempts")).toHaveLength(1);
    await worker.scheduled(event, bindings);
    expect(await rowsOf("SELECT * FROM attempts")).toHaveLength(0);
  });

  it("takes a master key in base64 as well as in hex", async () => {
    const answer = await health({ ...env, MASTER_KEY: btoa(String.fromCharCode(...Array(32).fill(7))) });
    expect(answer.status).toBe(200);
  });

  it("says that it is not ready before the migrations are applied, and looks again when asked again", async () => {
    const isolate = { ...env };
    await env.DB.prepare("ALTER TABLE schema_version RENAME TO elsewhere").run();
    const answer = await health(isolate);
    await env.DB.prepare("ALTER TABLE elsewhere RENAME TO schema_version").run();
    expect([answer.status, (await health(isolate)).status]).toEqual([500, 200]);
  });

  it("asks the database once for health questions that come together", async () => {
    let asked = 0;
    const prepare = (sql: string) => ((asked += 1), env.DB.prepare(sql));
    const isolate = { ...env, DB: { prepare } as unknown as D1Database };
    for (let nth = 0; nth < 3; nth++) expect((await health(isolate)).status).toBe(200);
    expect(asked).toBe(1);
  });
});
