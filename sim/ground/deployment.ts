import { AsyncLocalStorage } from "node:async_hooks";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { assert } from "../../domain/assert.ts";
import { ring } from "../../relay/alarm/ring.ts";
import { createApp } from "../../relay/app.ts";
import { nothingYet, type Relay } from "../../relay/relay.ts";
import { readSettings } from "../../relay/settings.ts";
import { sweep } from "../../relay/sweep/sweep.ts";
import type { CryptoPort } from "../../relay/web-crypto.ts";
import { createAlarm } from "./alarm.ts";
import { plainCrypto } from "./plain-crypto.ts";
import type { AlarmWeather } from "./storm.ts";
import { createIsolate, NO_WEATHER, type Ground, type Isolate } from "./isolate.ts";

/** A deployment of the relay in the simulation: one database, some machines, each handler in an isolate of its own. */
export type Deployment = {
  /** One request on one of the machines. Never answers when its handler died. */
  request(request: Request): Promise<Response>;
  /** One run of the scheduled handler; ends also when the handler died. */
  cron(): Promise<void>;
  /** A look from outside, in fair weather and on a clock that is right. */
  readonly observer: Relay;
};

/** Of one handler. */
export type HandlerWeather = {
  /** Chance that it dies at some await, and how late at most. */
  readonly dies: number;
  readonly latestDeathMs: number;
  /** Chance that a machine has been started anew, so that nothing is remembered. */
  readonly forgets: number;
  /** Clocks of the machines are off by at most this. */
  readonly skewMs: number;
};

const MACHINES = 3;
/** A handler that has answered lives on at most so long. Source: Cloudflare Workers, "waitUntil". */
const LONGEST_AFTER_ANSWER_MS = 30_000;
const MIGRATIONS = join(import.meta.dirname, "..", "..", "relay", "migrations");
const SCHEMA = readdirSync(MIGRATIONS)
  .filter((file) => file.endsWith(".sql"))
  .toSorted()
  .map((file) => readFileSync(join(MIGRATIONS, file), "utf8"));

export function openDatabase(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  for (const sql of SCHEMA) database.exec(sql);
  return database;
}

/** Play values of a deployment's secrets; searched for in every output. */
export const SECRETS = {
  MASTER_KEY: "5ec7e7".padEnd(64, "11"),
  PEPPER: "9e99e7".padEnd(64, "22"),
  SET_UP_CODE: "set-up-code-of-the-simulation",
} as const;

/** Settings hold key handles only: made once a process, and by the simulation's cryptography, whose handles they are. */
export async function simulatedSettings(): Promise<Relay["settings"]> {
  const env = {
    ...SECRETS,
    EXCHANGE_URL: "http://127.0.0.1:1",
    EXCHANGE_WS_URL: "ws://127.0.0.1:1/websocket/v1",
    SIGN_UP: "open",
  };
  const read = await readSettings({ ...env, DB: NO_DATABASE }, plainCrypto as unknown as CryptoPort);
  assert(read.ok, "the simulated deployment is set up");
  return read.value;
}
/** Settings are read without one. */
const NO_DATABASE = {} as D1Database;

/** The relay that the handler under way belongs to: routes are put together once, as in an isolate that lives long. */
const entered = new AsyncLocalStorage<Relay>();
const current = (): Relay => {
  const relay = entered.getStore();
  assert(relay, "a handler runs in an isolate");
  return relay;
};
const app = createApp({
  get db() {
    return current().db;
  },
  get settings() {
    return current().settings;
  },
  get outside() {
    return current().outside;
  },
  get memory() {
    return current().memory;
  },
});

export function deploy(
  ground: Ground,
  settings: Relay["settings"],
  { handlers, alarms }: { readonly handlers: HandlerWeather; readonly alarms: AlarmWeather },
): Deployment {
  const { loop } = ground;
  const machines = Array.from({ length: MACHINES }, () => ({
    skewMs: loop.between(-handlers.skewMs, handlers.skewMs),
    memory: nothingYet(),
  }));

  function enter(): { readonly isolate: Isolate; readonly relay: Relay } {
    const machine = machines[loop.between(0, MACHINES - 1)]!;
    if (loop.chance(handlers.forgets)) machine.memory = nothingYet();
    const isolate = createIsolate(ground, machine.skewMs, alarm);
    if (loop.chance(handlers.dies)) {
      const diesMs = loop.now() + loop.between(0, handlers.latestDeathMs);
      loop.at(diesMs, () => {
        isolate.kill();
        // What its isolate knew died with it.
        machine.memory = nothingYet();
      });
    }
    return { isolate, relay: { db: isolate.db, settings, outside: isolate.outside, memory: machine.memory } };
  }
  /** A handler that nobody waits for; ends also when it died. */
  const run = (work: (relay: Relay) => Promise<void>): Promise<void> => {
    const { isolate, relay } = enter();
    endLater(isolate);
    const died = loop.sleep(LONGEST_AFTER_ANSWER_MS);
    return Promise.race([work(relay).catch((error: unknown) => ground.report(error)), died]);
  };
  const alarm = createAlarm(loop, alarms, () => void run(ring));
  const endLater = (isolate: Isolate) => loop.at(loop.now() + LONGEST_AFTER_ANSWER_MS, () => isolate.kill());

  const fair = { ...ground, weather: NO_WEATHER };
  const { db, outside } = createIsolate(fair, 0);
  return {
    observer: { db, settings, outside, memory: nothingYet() },
    request: async (request) => {
      const { isolate, relay } = enter();
      const response = await entered.run(relay, () => app.fetch(request));
      endLater(isolate);
      return response;
    },
    cron: () => run(sweep),
  };
}
