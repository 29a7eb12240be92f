import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { assert } from "../domain/assert.ts";
import { createApp } from "../relay/app.ts";
import { createRelay, nothingYet, type Relay } from "../relay/relay.ts";
import { sweep } from "../relay/sweep/sweep.ts";
import { webCrypto } from "../relay/web-crypto.ts";
import { createIsolate, type Ground, type Isolate } from "./isolate.ts";

/** A deployment of the relay in the simulation: one database, some machines, each handler in an isolate of its own. */
export type Deployment = {
  /** One request on one of the machines. Never answers when its handler died. */
  request(request: Request): Promise<Response>;
  /** One run of the scheduled handler; ends also when the handler died. */
  cron(): Promise<void>;
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
const MIGRATIONS = join(import.meta.dirname, "..", "relay", "migrations");
const SCHEMA = readdirSync(MIGRATIONS)
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

/** Settings hold key handles only: made once a process, by the platform's own cryptography. */
async function settingsOf(ground: Ground): Promise<Relay["settings"]> {
  const env = {
    ...SECRETS,
    EXCHANGE_URL: "http://127.0.0.1:1",
    EXCHANGE_WS_URL: "ws://127.0.0.1:1/websocket/v1",
    SIGN_UP: "open",
  };
  const { outside, db } = createIsolate(ground, 0);
  const relay = await createRelay({ ...env, DB: db }, { ...outside, crypto: webCrypto });
  assert(relay.ok, "the simulated deployment is set up");
  return relay.value.settings;
}

export async function deploy(ground: Ground, weather: HandlerWeather): Promise<Deployment> {
  const { loop } = ground;
  const settings = await settingsOf(ground);
  const machines = Array.from({ length: MACHINES }, () => ({
    skewMs: loop.between(-weather.skewMs, weather.skewMs),
    memory: nothingYet(),
  }));

  function enter(): { readonly isolate: Isolate; readonly relay: Relay } {
    const machine = machines[loop.between(0, MACHINES - 1)]!;
    if (loop.chance(weather.forgets)) machine.memory = nothingYet();
    const isolate = createIsolate(ground, machine.skewMs);
    if (loop.chance(weather.dies)) {
      const diesMs = loop.now() + loop.between(0, weather.latestDeathMs);
      loop.at(diesMs, () => {
        isolate.kill();
        // What its isolate knew died with it.
        machine.memory = nothingYet();
      });
    }
    return { isolate, relay: { db: isolate.db, settings, outside: isolate.outside, memory: machine.memory } };
  }
  const endLater = (isolate: Isolate) => loop.at(loop.now() + LONGEST_AFTER_ANSWER_MS, () => isolate.kill());

  return {
    request: async (request) => {
      const { isolate, relay } = enter();
      const response = await createApp(relay).fetch(request);
      endLater(isolate);
      return response;
    },
    cron: () => {
      const { isolate, relay } = enter();
      endLater(isolate);
      const died = loop.sleep(LONGEST_AFTER_ANSWER_MS);
      return Promise.race([sweep(relay).catch((error: unknown) => ground.report(error)), died]);
    },
  };
}
