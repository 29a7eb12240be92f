import { env } from "cloudflare:workers";
import type { Hono } from "hono";
import { STRICT_LIMITS, type Limits } from "../../domain/limits.ts";
import { epochMs, type EpochMs } from "../../domain/units.ts";
import { createApp } from "../app.ts";
import { ring } from "../alarm/ring.ts";
import type { Bytes } from "../bytes.ts";
import type { Env } from "../env.ts";
import type { Outside } from "../outside.ts";
import { createRelay, type Relay } from "../relay.ts";
import { sweep } from "../sweep/sweep.ts";
import { webCrypto } from "../web-crypto.ts";
import { FakeExchange } from "./fake-exchange.ts";
import { PushService } from "./push-service.ts";

export const ORIGIN = "https://relay.example";
export const ACCESS_KEY = "OBSTESTACCESSKEY000000000000000000000001";
export const SECRET_KEY = "OBSTESTSECRETKEY000000000000000000000001";
const VERIFIER = "ab".repeat(32);

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Json };
/** Whatever JSON came back; tests look into it by name. */
export type Json = { readonly [name: string]: Json };
export type Ask = { readonly body?: unknown; readonly cookie?: string; readonly headers?: Record<string, string> };
export type Person = {
  readonly id: string;
  readonly cookie: string;
  ask(route: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
};

/** A relay on a real database, in a world whose time, network and cache the test holds. */
export class World {
  readonly exchange = new FakeExchange();
  readonly push = new PushService();
  readonly pages = new Map<string, { readonly bytes: Bytes; readonly untilMs: number }>();
  readonly reports: unknown[] = [];
  /** When the alarm rings; Infinity: it is not set. */
  alarmMs = Infinity;
  readonly relay: Relay;
  readonly app: Hono;
  /** Work that goes on after its answer has left. */
  readonly #left: Promise<unknown>[] = [];
  readonly #clock: { nowMs: EpochMs };

  constructor(relay: Relay, clock: { nowMs: EpochMs }) {
    this.relay = relay;
    this.app = createApp(relay);
    this.#clock = clock;
  }

  /** Time stands still but for `pass` and for waiting. */
  static async make(changes: Partial<Env> = {}): Promise<World> {
    const clock = { nowMs: epochMs(Date.parse("2026-11-22T03:00:30Z")) };
    const parts: { world: World | null } = { world: null };
    const outside: Outside = {
      fetch: async (url, init) =>
        url.startsWith("https://fcm.googleapis.com/")
          ? parts.world!.push.fetch(url, init)
          : parts.world!.exchange.fetch(url, init),
      wallNow: () => clock.nowMs,
      randomId: () => crypto.randomUUID(),
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      crypto: webCrypto,
      sleep: async (ms) => {
        const awakeMs = clock.nowMs + ms;
        // Fifty times faster than the wall, so that a long wait still ends after a short one; ten seconds and more are
        // limits that nobody means to reach, also on a busy machine.
        await new Promise((resolve) => setTimeout(resolve, ms / (ms < 10_000 ? 50 : 2)));
        clock.nowMs = epochMs(Math.max(clock.nowMs, awakeMs));
      },
      timeout: (ms) => AbortSignal.timeout(ms),
      waitUntil: (work) => void parts.world!.#left.push(work),
      pageCache: {
        get: async (name) => {
          const kept = parts.world!.pages.get(name);
          return kept && kept.untilMs > clock.nowMs ? kept.bytes : null;
        },
        put: async (name, bytes, lifeMs) => void parts.world!.pages.set(name, { bytes, untilMs: clock.nowMs + lifeMs }),
      },
      alarm: {
        wakeBy: async (wallMs) => void (parts.world!.alarmMs = Math.min(wallMs, parts.world!.alarmMs)),
      },
      report: (_requestId, error) => void parts.world!.reports.push(error),
    };
    const relay = await createRelay({ ...env, ...changes }, outside);
    if (!relay.ok) throw new Error(relay.fault);
    parts.world = new World(relay.value, clock);
    await emptyTables(env.DB);
    return parts.world;
  }

  get nowMs(): EpochMs {
    return this.#clock.nowMs;
  }

  pass(ms: number): void {
    this.#clock.nowMs = epochMs(this.#clock.nowMs + ms);
  }

  /** Waits for what went on after the answers had left. */
  async settle(): Promise<void> {
    while (this.#left.length > 0) await Promise.all(this.#left.splice(0));
  }

  sweep = (): Promise<void> => sweep(this.relay);

  /** Lets time pass until the alarm rings, and waits for what it did. */
  async ring(): Promise<void> {
    if (this.alarmMs === Infinity) throw new Error("the alarm is not set");
    this.pass(Math.max(0, this.alarmMs - this.nowMs));
    this.alarmMs = Infinity;
    await ring(this.relay);
    await this.settle();
  }

  /** @param route method and path, e.g. `POST /api/orders` */
  async ask(route: string, { body, cookie, headers = {} }: Ask = {}): Promise<Answer> {
    const [method, path] = route.split(" ") as [string, string];
    const request = new Request(ORIGIN + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(cookie === undefined ? {} : { Cookie: cookie }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const response = await this.app.fetch(request);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
  }

  signUpAs(name: string, more: object = {}): Promise<Answer> {
    const body = { name, displayName: name, salt: "0f".repeat(16), verifier: VERIFIER, ...more };
    return this.ask("POST /api/sign-up", { body });
  }

  async person(name: string, more: object = {}): Promise<Person> {
    const signedUp = await this.signUpAs(name, more);
    if (signedUp.status !== 201) throw new Error(`sign-up answered ${signedUp.status}`);
    const cookie = cookieOf(signedUp);
    return {
      id: String(signedUp.body["user"]!["id"]),
      cookie,
      ask: (route, body, headers = {}) => this.ask(route, { body, cookie, headers }),
    };
  }

  /** A member whose key is stored, and who was told nothing yet. */
  async trader(name: string): Promise<Person> {
    const person = await this.person(name);
    const stored = await person.ask("PUT /api/key", { accessKey: ACCESS_KEY, secretKey: SECRET_KEY });
    if (stored.status !== 200) throw new Error(`the key answered ${stored.status}`);
    this.exchange.seen.length = 0;
    await env.DB.prepare("DELETE FROM notifications WHERE user_id = ?").bind(person.id).run();
    return person;
  }
}

/** What a browser sends back after an answer that lets somebody in: session and mark of the device. */
export const cookieOf = ({ headers }: Answer): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0]!)
    .join("; ");

async function emptyTables(db: D1Database): Promise<void> {
  const tables = [
    "paces",
    "fills",
    "limits",
    "account_snapshots",
    "market_snapshots",
    "halts",
    "auto_sessions",
    "reservations",
    "orders",
    "trading_keys",
    "push_deliveries",
    "push_subscriptions",
    "notifications",
    "invitations",
    "known_devices",
    "credentials",
    "serving_models",
    "models",
    "sessions",
    "attempts",
    "users",
  ];
  await db.batch(tables.map((table) => db.prepare(`DELETE FROM ${table}`)));
}

/** Rows of a table, as they lie. */
export async function rowsOf(query: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  const rows = await env.DB.prepare(query)
    .bind(...values)
    .all();
  return rows.results;
}

/** Limits as they are after a raise has waited. */
export async function allow(person: Person, more: Partial<Limits>): Promise<void> {
  await env.DB.prepare("INSERT OR REPLACE INTO limits (user_id, current, updated_wall_ms) VALUES (?, ?, 0)")
    .bind(person.id, JSON.stringify({ ...STRICT_LIMITS, ...more }))
    .run();
}
