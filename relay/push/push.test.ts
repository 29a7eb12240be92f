import { beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../domain/units.ts";
import { claimsOf } from "../testing/fake-exchange.ts";
import { TEST_DEVICE, TEST_VAPID } from "../testing/push-service.ts";
import { rowsOf, World, type Person } from "../testing/world.ts";
import { noticeRow, notify } from "./notify.ts";
import { deliverPushes } from "./deliver-pushes.ts";
import { isPushEndpoint } from "./push-endpoint.ts";

const queued = () => rowsOf("SELECT * FROM push_deliveries");

describe("telling a user", () => {
  let world: World;
  let person: Person;
  beforeEach(async () => {
    world = await World.make(TEST_VAPID);
    person = await world.person("owner");
    await person.ask("PUT /api/push", TEST_DEVICE);
  });
  const tell = () => notify(world.relay, person.id, "order-done", { market: "KRW-BTC", side: "bid" });

  it("stands on the screen of its owner alone until it is read, and is pushed to each device once [X30]", async () => {
    const other = await world.person("other");
    await tell();
    await Promise.all([deliverPushes(world.relay), deliverPushes(world.relay), world.sweep()]);
    expect(world.push.taken.map(({ url }) => url)).toEqual([TEST_DEVICE.endpoint]);
    expect(await queued()).toEqual([]);
    const { notices, unread } = (await person.ask("GET /api/notices")).body as never as {
      notices: { id: number; kind: string; detail: object; read: boolean }[];
      unread: number;
    };
    expect(unread).toBe(1);
    expect(notices[0]).toMatchObject({ kind: "order-done", detail: { market: "KRW-BTC", side: "bid" }, read: false });
    expect((await other.ask("GET /api/notices")).body).toEqual({ notices: [], unread: 0 });
    await other.ask("POST /api/notices/read", { upTo: notices[0]!.id });
    expect((await person.ask("GET /api/notices")).body["unread"]).toBe(1);
    await person.ask("POST /api/notices/read", { upTo: notices[0]!.id });
    expect((await person.ask("GET /api/notices")).body["unread"]).toBe(0);
  });

  it("signs each message for its push service and hides its words from it [X30]", async () => {
    await tell();
    await world.settle();
    const { headers, body } = world.push.taken[0]!;
    expect(headers.get("Content-Encoding")).toBe("aes128gcm");
    expect(new TextDecoder().decode(body)).not.toContain("KRW-BTC");
    const [, token] = /^vapid t=(\S+), k=/.exec(headers.get("Authorization")!)!;
    const claims = claimsOf(new Headers({ Authorization: `vapid ${token}` })) as never as Record<string, unknown>;
    expect(claims["aud"]).toBe("https://fcm.googleapis.com");
    expect(Number(claims["exp"]) * 1000).toBeLessThanOrEqual(world.nowMs + DAY_MS);
  });

  it.each([404, 410])("forgets a device that its push service no longer knows (%d) [X32]", async (status) => {
    world.push.statuses.push(status);
    await tell();
    await world.settle();
    expect(await rowsOf("SELECT * FROM push_subscriptions")).toEqual([]);
    expect(await queued()).toEqual([]);
    await tell();
    expect(await queued()).toEqual([]);
  });

  it("tries a failing push service again, three times, then lets it be [X32]", async () => {
    world.push.statuses.push(500, "unreachable", 429, 503);
    await tell();
    await world.settle();
    for (let minutes = 0; minutes < 60; minutes += 1) {
      await deliverPushes(world.relay);
      world.pass(MINUTE_MS);
    }
    expect(world.push.statuses).toEqual([]);
    expect(world.push.taken).toHaveLength(3);
    expect(await queued()).toEqual([]);
    expect(await rowsOf("SELECT * FROM push_subscriptions")).toHaveLength(1);
  });

  it("takes devices of known push services only, and never lets itself be called [X31]", async () => {
    const bad = [
      "http://fcm.googleapis.com/x",
      "https://fcm.googleapis.com.evil.example/x",
      "https://evil.example/fcm.googleapis.com",
      "https://user:pass@fcm.googleapis.com/x",
      "https://fcm.googleapis.com:8443/x",
      "https://169.254.169.254/latest",
      "https://10.0.0.1/x",
      "file:///etc/passwd",
    ];
    for (const endpoint of bad) {
      const answer = await person.ask("PUT /api/push", { ...TEST_DEVICE, endpoint });
      expect([endpoint, answer.status, answer.body["field"]]).toEqual([endpoint, 400, "endpoint"]);
    }
    const real = { ...world.relay.settings, loopbackExchange: false };
    expect(isPushEndpoint(world.relay.settings, "http://127.0.0.1:9/x")).toBe(true);
    expect(isPushEndpoint(real, "http://127.0.0.1:9/x")).toBe(false);
    expect(isPushEndpoint(real, "https://web.push.apple.com/QOabc")).toBe(true);
    expect(await rowsOf("SELECT * FROM push_subscriptions")).toHaveLength(1);
  });

  it("lists a person's own devices and lets only them be removed [X31]", async () => {
    const other = await world.person("other");
    const { devices } = (await person.ask("GET /api/push")).body as never as { devices: { id: string }[] };
    expect(devices).toHaveLength(1);
    expect((await other.ask("GET /api/push")).body).toEqual({ devices: [] });
    expect((await other.ask(`DELETE /api/push/${devices[0]!.id}`)).status).toBe(404);
    await noticeRow(world.relay, person.id, "halted", {}).run();
    expect(await queued()).toHaveLength(1);
    expect((await person.ask(`DELETE /api/push/${devices[0]!.id}`)).status).toBe(204);
    await deliverPushes(world.relay);
    expect(world.push.taken).toEqual([]);
  });

  it("gives a device to whoever logged in on it last [X31]", async () => {
    const other = await world.person("other");
    await other.ask("PUT /api/push", TEST_DEVICE);
    await tell();
    await world.settle();
    expect(world.push.taken).toEqual([]);
  });
});
