import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MINUTE_MS } from "../domain/units.ts";
import { base64, base64Url, bytesOfHex, hex, utf8 } from "./bytes.ts";
import { ROUTES } from "./routes/routes.ts";
import { TEST_DEVICE, TEST_VAPID } from "./testing/push-service.ts";
import { rowsOf, World, type Answer } from "./testing/world.ts";

const ACCESS_KEY = "CANARYACCESSKEY0000000000000000000000001";
const SECRETS: Record<string, string> = {
  "secret key": "CANARYSECRETKEY0000000000000000000000001",
  verifier: "ca".repeat(32),
  "new verifier": "cb".repeat(32),
  pepper: "cc".repeat(32),
  "master key": "cd".repeat(32),
  "second master key": "ce".repeat(32),
  "set-up code": "CANARY-SET-UP-CODE",
  "push signing key": TEST_VAPID.VAPID_PRIVATE_KEY,
};
const ENV = {
  ...TEST_VAPID,
  PEPPER: SECRETS["pepper"]!,
  MASTER_KEY: SECRETS["master key"]!,
  MASTER_KEYS: `2:${SECRETS["second master key"]!}`,
  SET_UP_CODE: SECRETS["set-up code"]!,
};

/** A secret as it stands and in the spellings in which it could slip out. */
function spellings(secret: string): string[] {
  const bytes = [utf8(secret), bytesOfHex(secret)].filter((found) => found !== null);
  return [secret, ...bytes.flatMap((found) => [hex(found), base64(found).replace(/=+$/, ""), base64Url(found)])];
}

describe("secrets", () => {
  let world: World;
  /** Everything that left the relay, by where it left. */
  let outlets: { readonly where: string; readonly text: string }[];
  const tokens = new Map<string, string>();
  beforeEach(async () => {
    outlets = [];
    tokens.clear();
    world = await World.make(ENV);
    const { crypto } = world.relay.outside;
    const sealPush: typeof crypto.sealPush = (device, text) => {
      outlets.push({ where: "a push message", text });
      return crypto.sealPush(device, text);
    };
    Object.assign(world.relay.outside, { crypto: { ...crypto, sealPush } });
    for (const method of ["log", "info", "warn", "error", "debug"] as const)
      vi.spyOn(console, method).mockImplementation((...words) => {
        outlets.push({ where: `console.${method}`, text: words.map(String).join(" ") });
      });
  });
  afterEach(() => vi.restoreAllMocks());

  async function ask(route: string, body?: unknown, cookie?: string): Promise<Answer> {
    const answer = await world.ask(route, { body, ...(cookie === undefined ? {} : { cookie }) });
    const headers = [...answer.headers].filter(([name]) => name !== "set-cookie");
    outlets.push({ where: route, text: JSON.stringify([headers, answer.body]) });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, token] = /^([^=]+)=([^;]*)/.exec(set)!;
      if (token) tokens.set(`${name} ${tokens.size}`, token);
    }
    return answer;
  }
  const cookieNow = () => `__Host-session=${[...tokens].findLast(([name]) => name.startsWith("__Host-session"))![1]}`;

  const entry = { accessKey: ACCESS_KEY, secretKey: SECRETS["secret key"] };
  const order = () => ({
    idempotencyKey: crypto.randomUUID(),
    origin: "manual",
    request: { kind: "limit", market: "KRW-BTC", side: "bid", price: "50000000", volume: "0.001" },
  });
  /** What holds a secret, good or bad, once more for every way in. */
  const bodies = (): readonly unknown[] => [
    { name: "canary", verifier: SECRETS["verifier"] },
    { verifier: SECRETS["verifier"] },
    {
      name: "other",
      displayName: "x",
      salt: "0f".repeat(16),
      verifier: SECRETS["verifier"],
      setUpCode: SECRETS["set-up code"],
    },
    { ...entry },
    { ...entry, secretKey: `${SECRETS["secret key"]}!` },
    { salt: "0f".repeat(16), verifier: SECRETS["new verifier"] },
    order(),
    {
      ...order(),
      schedule: { every: "once", atMs: world.nowMs + MINUTE_MS },
      windowMs: 10 * MINUTE_MS,
      origin: undefined,
    },
    TEST_DEVICE,
    `{"secretKey": "${SECRETS["secret key"]}"`,
  ];

  /** The exchange repeats what it was sent, as a careless server does, and fails in every way. */
  function spoilExchange(): void {
    const echo = JSON.stringify({ error: { name: SECRETS["secret key"], message: SECRETS["secret key"] } });
    for (const request of [
      "GET /v1/accounts",
      "GET /v1/orders/chance",
      "POST /v1/orders/test",
      "POST /v1/orders",
      "GET /v1/order",
      "DELETE /v1/order",
    ])
      world.exchange.spoil(
        request,
        { status: 400, body: echo },
        { status: 500, body: echo },
        "answer-lost",
        "never-arrives",
      );
  }

  async function driveEverything(): Promise<void> {
    const signUp = { name: "canary", displayName: "Canary", salt: "0f".repeat(16), verifier: SECRETS["verifier"] };
    await ask("POST /api/sign-up", { ...signUp, setUpCode: SECRETS["set-up code"] });
    await ask("PUT /api/key", entry, cookieNow());
    await ask("PUT /api/push", TEST_DEVICE, cookieNow());
    await ask("POST /api/orders", order(), cookieNow());
    world.push.statuses.push(500, "unreachable");
    for (const route of ROUTES) {
      const address = `${route.method} ${route.path.replace(":market", "KRW-BTC").replace(":kstDay", "2026-11-20").replace(/:\w+/, "x")}`;
      const takesBody = route.method === "POST" || route.method === "PUT";
      for (const body of takesBody ? bodies() : [undefined]) {
        spoilExchange();
        await ask(address, body, cookieNow());
        await ask(address, body);
        if ((await ask("GET /api/me", undefined, cookieNow())).status === 200) continue;
        // Guesses made on the way would refuse the right password too.
        world.pass(16 * MINUTE_MS);
        const verifier = SECRETS["verifier"];
        if ((await ask("POST /api/log-in", { name: "canary", verifier })).status !== 200)
          await ask("POST /api/log-in", { name: "canary", verifier: SECRETS["new verifier"] });
      }
    }
    // The account was deleted on the way: its successor has a key again, and an order under it.
    await ask("POST /api/sign-up", { ...signUp, name: "successor" });
    world.exchange.calm();
    await ask("PUT /api/key", entry, cookieNow());
    await ask("POST /api/orders", order(), cookieNow());
    for (let minutes = 0; minutes < 3; minutes += 1) {
      world.pass(MINUTE_MS);
      await world.sweep();
    }
    await world.settle();
  }

  /** Bugs on every route: the database is gone, and says what it was asked for. */
  async function driveBugs(): Promise<void> {
    const { db } = world.relay;
    const prepare = (query: string) => {
      throw new Error(`database lost at ${query}`);
    };
    Object.assign(world.relay, { db: { prepare, batch: prepare } });
    for (const route of ROUTES)
      for (const body of route.method === "POST" || route.method === "PUT" ? bodies() : [undefined])
        await ask(`${route.method} ${route.path.replace(":market", "KRW-BTC")}`, body, cookieNow());
    Object.assign(world.relay, { db });
  }

  it("are in no answer, header, log, report, push message and row, whatever was asked and whatever failed [K9]", async () => {
    await driveEverything();
    await driveBugs();
    for (const report of world.reports)
      outlets.push({
        where: "a report",
        text: report instanceof Error ? `${report.message} ${report.stack}` : String(report),
      });
    const tables = await rowsOf(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
    );
    for (const { name } of tables)
      outlets.push({ where: `table ${name}`, text: JSON.stringify(await rowsOf(`SELECT * FROM ${name}`)) });
    for (const { url, headers } of world.push.taken)
      outlets.push({ where: "a request to a push service", text: JSON.stringify([url, [...headers]]) });
    for (const { path, query, body } of world.exchange.seen)
      outlets.push({ where: "a request to the exchange", text: `${path} ${query} ${JSON.stringify(body)}` });

    expect(outlets.length).toBeGreaterThan(300);
    expect(world.reports.length).toBeGreaterThan(10);
    expect(outlets.some(({ where }) => where === "a push message")).toBe(true);
    expect(await env.DB.prepare("SELECT COUNT(*) AS n FROM trading_keys").first("n")).toBe(1);
    const secrets = [...Object.entries(SECRETS), ...tokens];
    const found = secrets.flatMap(([name, secret]) =>
      outlets
        .filter(({ text }) => spellings(secret).some((spelling) => text.includes(spelling)))
        .map(({ where }) => `${name} in ${where}`),
    );
    expect([...new Set(found)]).toEqual([]);
  }, 60_000);
});
