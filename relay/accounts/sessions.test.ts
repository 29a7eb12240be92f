import { beforeEach, describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../domain/units.ts";
import { ACCESS_KEY, cookieOf, rowsOf, SECRET_KEY, World } from "../testing/world.ts";
import { coarseAddress, deviceLabel } from "./caller.ts";

const VERIFIER = "ab".repeat(32);
const WRONG = "cd".repeat(32);

describe("logging in and staying in", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make();
  });
  const logIn = (name: string, verifier: string, address: string, cookie?: string) =>
    world.ask("POST /api/log-in", {
      body: { name, verifier },
      headers: { "CF-Connecting-IP": address },
      ...(cookie === undefined ? {} : { cookie }),
    });

  it("stops strangers who guess from everywhere, and still lets the owner in from a browser that is known [X21]", async () => {
    const owner = await world.person("owner");
    for (let at = 0; at < 50; at += 1) expect((await logIn("owner", WRONG, `198.51.100.${at}`)).status).toBe(401);
    const stranger = await logIn("owner", VERIFIER, "203.0.113.9");
    expect([stranger.status, stranger.body["type"]]).toEqual([429, "too-many-requests"]);
    const known = await logIn("owner", VERIFIER, "203.0.113.9", owner.cookie);
    expect(known.status).toBe(200);
    const others = await world.person("other");
    expect((await logIn("owner", VERIFIER, "203.0.113.9", others.cookie)).status).toBe(429);
  });

  it("counts guesses from a known browser too [X21]", async () => {
    const owner = await world.person("owner");
    for (let tries = 0; tries < 10; tries += 1)
      expect((await logIn("owner", WRONG, "192.0.2.1", owner.cookie)).status).toBe(401);
    expect((await logIn("owner", VERIFIER, "192.0.2.1", owner.cookie)).status).toBe(429);
  });

  it("asks for the password again after five minutes before a key is stored, and takes it once it was given [X22]", async () => {
    const owner = await world.person("owner");
    const entry = { accessKey: ACCESS_KEY, secretKey: SECRET_KEY };
    world.pass(5 * MINUTE_MS + 1);
    const stale = await owner.ask("PUT /api/key", entry);
    expect([stale.status, stale.body["type"], stale.body["kind"]]).toEqual([403, "re-authentication-needed", "stop"]);
    expect(world.exchange.seen).toEqual([]);
    const wrong = await owner.ask("POST /api/re-authenticate", { verifier: WRONG });
    expect([wrong.status, wrong.body["type"]]).toEqual([401, "wrong-credentials"]);
    expect((await owner.ask("PUT /api/key", entry)).status).toBe(403);
    expect((await owner.ask("POST /api/re-authenticate", { verifier: VERIFIER })).status).toBe(204);
    expect((await owner.ask("PUT /api/key", entry)).status).toBe(200);
  });

  it("refreshes only the session that gave the password, and stops guessing there [X22]", async () => {
    const owner = await world.person("owner");
    const other = cookieOf(await logIn("owner", VERIFIER, "192.0.2.7"));
    world.pass(6 * MINUTE_MS);
    await owner.ask("POST /api/re-authenticate", { verifier: VERIFIER });
    const stale = await world.ask("PUT /api/key", { cookie: other, body: {} });
    expect(stale.body["type"]).toBe("re-authentication-needed");
    for (let tries = 0; tries < 10; tries += 1) await owner.ask("POST /api/re-authenticate", { verifier: WRONG });
    expect((await owner.ask("POST /api/re-authenticate", { verifier: VERIFIER })).status).toBe(429);
  });

  it("keeps of an address its network only, in sessions and in the trail [X27]", async () => {
    expect(coarseAddress("203.0.113.77")).toBe("203.0.113.0/24");
    expect(coarseAddress("2001:db8:12:3456::1")).toBe("2001:db8:12::/48");
    expect(coarseAddress("2001:db8::1")).toBe("2001:db8:0::/48");
    expect(coarseAddress("local")).toBe("local");
    await world.person("owner");
    await logIn("owner", VERIFIER, "203.0.113.77");
    await logIn("owner", WRONG, "203.0.113.77");
    const kept = JSON.stringify([await rowsOf("SELECT * FROM sessions"), await rowsOf("SELECT * FROM audit")]);
    expect(kept).toContain("203.0.113.0/24");
    expect(kept).not.toContain("203.0.113.77");
  });

  it("names a device by browser and system, no closer", () => {
    const labelOf = (agent: string) =>
      deviceLabel(new Request("https://x.example", { headers: { "User-Agent": agent } }));
    const chrome = "Mozilla/5.0 (Linux; Android 14; SM-S928N) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36";
    expect(labelOf(chrome)).toBe("Chrome · Android");
    expect(labelOf(`${chrome} EdgA/130.0`)).toBe("Edge · Android");
    expect(labelOf("")).toBe("? · ?");
  });
});
