import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS } from "../domain/units.ts";
import type { Route } from "./http/route.ts";
import { ROUTES } from "./routes/routes.ts";
import { TEST_DEVICE, TEST_VAPID } from "./testing/push-service.ts";
import {
  ACCESS_KEY,
  cookieOf as sessionOf,
  rowsOf,
  SECRET_KEY,
  World,
  type Answer,
  type Person,
} from "./testing/world.ts";

const SET_UP_CODE = "set-up-code-of-the-tests";
const GATES = ["signed-out", "forbidden", "re-authentication-needed"];
const PARAMETERS: Readonly<Record<string, string>> = { market: "KRW-BTC", kstDay: "2026-11-20", id: "x", unit: "1m" };

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
/** A new name in a path needs a value here, or its route is not covered. */
const addressOf = (route: Route, id = "x"): string =>
  nameOf(route).replace(/:(\w+)/g, (_whole, name: string) => {
    if (name === "id") return id;
    const value = PARAMETERS[name];
    if (value === undefined) throw new Error(`give ${name} a value in PARAMETERS`);
    return value;
  });

/** Everything that lies in the database, but for the notes that a request was counted or a session seen. */
async function everything(): Promise<string> {
  const tables = await rowsOf(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
  );
  const kept = tables.map(({ name }) => String(name)).filter((name) => !["attempts", "paces"].includes(name));
  const rows = await env.DB.batch(
    kept.map((name) =>
      env.DB.prepare(
        name === "sessions" ? "SELECT token_hash, confirmed_wall_ms FROM sessions" : `SELECT * FROM ${name}`,
      ),
    ),
  );
  return JSON.stringify(rows.map(({ results }) => results));
}

/** Who asks, and what the gate says to a route of each access: null where it lets pass. */
const CALLERS: Readonly<Record<string, Readonly<Record<Exclude<Route["access"], "session">, string | null>>>> = {
  "nobody, without a cookie": { anyone: null, owner: "signed-out", fresh: "signed-out", admin: "signed-out" },
  "nobody, with a guessed cookie": { anyone: null, owner: "signed-out", fresh: "signed-out", admin: "signed-out" },
  "a user whose session has ended": { anyone: null, owner: "signed-out", fresh: "signed-out", admin: "signed-out" },
  "a user whose session was idle too long": {
    anyone: null,
    owner: "signed-out",
    fresh: "signed-out",
    admin: "signed-out",
  },
  "a locked user": { anyone: null, owner: "signed-out", fresh: "signed-out", admin: "signed-out" },
  "a user whose account is deleted": { anyone: null, owner: "signed-out", fresh: "signed-out", admin: "signed-out" },
  "a user": { anyone: null, owner: null, fresh: null, admin: "forbidden" },
  "a user whose password was given long ago": {
    anyone: null,
    owner: null,
    fresh: "re-authentication-needed",
    admin: "forbidden",
  },
  "an admin": { anyone: null, owner: null, fresh: null, admin: null },
  "an admin whose role was taken": { anyone: null, owner: null, fresh: null, admin: "forbidden" },
};

/** They end the session that asks: last, each with a session of its own. */
const ENDING = ["POST /api/log-out", "DELETE /api/sessions", "DELETE /api/account"];
const rank = (route: Route): number => ENDING.indexOf(nameOf(route));
let people = 0;

describe("authorisation", () => {
  let world: World;
  let admin: Person;
  beforeEach(async () => {
    world = await World.make(TEST_VAPID);
    admin = await world.person("admin", { setUpCode: SET_UP_CODE });
  });

  async function cookieOf(caller: string): Promise<string | undefined> {
    if (caller === "nobody, without a cookie") return undefined;
    if (caller === "nobody, with a guessed cookie") return "__Host-session=guessed";
    if (caller === "an admin") {
      const body = { name: "admin", verifier: "ab".repeat(32) };
      return sessionOf(await world.ask("POST /api/log-in", { body }));
    }
    const user = await world.person(`user-${(people += 1)}`);
    if (caller === "a user whose session has ended") await user.ask("POST /api/log-out");
    if (caller === "a user whose session was idle too long") world.pass(15 * DAY_MS);
    if (caller === "a user whose password was given long ago") world.pass(6 * MINUTE_MS);
    if (caller === "a user whose account is deleted") await user.ask("DELETE /api/account");
    if (caller === "a locked user") await admin.ask(`POST /api/members/${user.id}`, { action: "lock" });
    if (caller === "an admin whose role was taken")
      for (const action of ["promote", "demote"]) await admin.ask(`POST /api/members/${user.id}`, { action });
    return user.cookie;
  }
  const ask = (route: Route, cookie: string | undefined, id?: string): Promise<Answer> =>
    world.ask(addressOf(route, id), {
      ...(route.method === "GET" || route.method === "DELETE" ? {} : { body: {} }),
      ...(cookie === undefined ? {} : { cookie }),
    });

  it.each(Object.keys(CALLERS))(
    "lets %s through the gates of every route as its access says, and changes nothing where not [X3]",
    async (caller) => {
      const cookie = await cookieOf(caller);
      // The route that looks at the session itself is an owner's like any other.
      const wantedOf = ({ access }: Route) => CALLERS[caller]![access === "session" ? "owner" : access];
      const before = await everything();
      for (const route of ROUTES.filter((route) => wantedOf(route) !== null)) {
        const told = await ask(route, cookie);
        const status = wantedOf(route) === "signed-out" ? 401 : 403;
        expect([nameOf(route), told.body["type"], told.status]).toEqual([nameOf(route), wantedOf(route), status]);
      }
      expect(await everything()).toBe(before);
      expect(world.exchange.seen).toEqual([]);
      const passing = ROUTES.filter((route) => wantedOf(route) === null);
      for (const route of passing.toSorted((a, b) => rank(a) - rank(b))) {
        const told = await ask(route, ENDING.includes(nameOf(route)) ? await cookieOf(caller) : cookie);
        expect([nameOf(route), GATES.includes(String(told.body?.["type"]))]).toEqual([nameOf(route), false]);
      }
    },
    60_000,
  );

  /** Something of the owner's for every route that names one by its id: [made by the owner, its id]. */
  async function belongings(owner: Person): Promise<Readonly<Record<string, string>>> {
    await owner.ask("PUT /api/key", { accessKey: ACCESS_KEY, secretKey: SECRET_KEY });
    const request = { kind: "limit", market: "KRW-BTC", side: "bid", price: "50000000", volume: "0.001" };
    const idempotencyKey = crypto.randomUUID();
    const order = await owner.ask("POST /api/orders", { idempotencyKey, origin: "manual", request });
    const schedule = { every: "once", atMs: world.nowMs + DAY_MS };
    const due = { idempotencyKey, request, schedule, windowMs: 10 * MINUTE_MS };
    const reservation = await owner.ask("POST /api/reservations", due);
    const session = { id: crypto.randomUUID(), market: "KRW-BTC", onSilence: "cancel" };
    await owner.ask("POST /api/auto-sessions", session);
    await world.settle();
    await owner.ask("PUT /api/push", TEST_DEVICE);
    const first = async (table: string) =>
      String((await rowsOf(`SELECT id FROM ${table} WHERE user_id = ?`, owner.id))[0]!["id"]);
    return {
      "/api/orders": String(order.body["order"]!["id"]),
      "/api/reservations": String(reservation.body["reservation"]!["id"]),
      "/api/auto-sessions": session.id,
      "/api/sessions": await first("sessions"),
      "/api/push": await first("push_subscriptions"),
    };
  }

  it("shows and gives nothing of one user to another, on any route [X13]", async () => {
    const owner = await world.person("owner");
    const stranger = await world.person("stranger");
    const ids = await belongings(owner);
    const own = JSON.stringify([owner.id, ...Object.values(ids)])
      .slice(1, -1)
      .split(",");
    const routes = ROUTES.filter(({ access }) => access === "owner" || access === "fresh");
    expect(routes.length).toBeGreaterThan(20);
    for (const route of routes.filter(({ path }) => path.includes(":id"))) {
      const id = ids[route.path.replace(/\/:id.*$/, "")];
      if (id === undefined) throw new Error(`${nameOf(route)} names something by its id: make one in belongings()`);
      const before = await everything();
      const told = await ask(route, stranger.cookie, id);
      // A body that is wrong is refused before anything is looked up.
      expect([nameOf(route), told.status === 404 || String(told.body["type"]) === "bad-input"]).toEqual([
        nameOf(route),
        true,
      ]);
      expect(await everything()).toBe(before);
    }
    for (const route of routes.filter(({ path, method }) => method === "GET" && !path.includes(":id"))) {
      const told = JSON.stringify((await ask(route, stranger.cookie)).body);
      for (const text of own) expect([nameOf(route), told.includes(text)]).toEqual([nameOf(route), false]);
    }
    for (const route of routes.filter(({ method, path }) => method === "DELETE" && !path.includes(":"))) {
      await ask(route, stranger.cookie);
      expect((await owner.ask("GET /api/key")).body["key"]).not.toBeNull();
      expect((await owner.ask("GET /api/sessions")).body["sessions"]).toHaveLength(1);
      if (route.path === "/api/account" || route.path === "/api/sessions") break;
    }
    expect(await env.DB.prepare("SELECT COUNT(*) AS n FROM push_subscriptions").first("n")).toBe(1);
  });
});
