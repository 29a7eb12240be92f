import type { DatabaseSync } from "node:sqlite";
import { epochMs } from "../../domain/units.ts";
import { hex, type Bytes } from "../../relay/bytes.ts";
import type { Outside } from "../../relay/outside.ts";
import type { CryptoPort } from "../../relay/web-crypto.ts";
import type { ExchangeLine } from "./exchange-line.ts";
import { plainCrypto } from "./plain-crypto.ts";
import { sqliteD1, type D1Weather } from "./sqlite-d1.ts";
import type { VirtualLoop } from "./virtual-loop.ts";

/** Everything of the world that isolates share. */
export type Ground = {
  readonly loop: VirtualLoop;
  readonly database: DatabaseSync;
  readonly line: ExchangeLine;
  readonly weather: DatabaseWeather;
  readonly sabotage: Sabotage;
  /** Bugs that a deployment would have logged. */
  readonly report: (error: unknown) => void;
};

/** Chances of a call to the database. A read whose answer is lost is repeated by the platform; a write is not. */
export type DatabaseWeather = { readonly failsBefore: number; readonly losesAnswer: number; readonly slow: number };

/** What is broken on purpose, from outside the product. */
export type Sabotage = {
  /** A statement as the database gets it. */
  sql(text: string): string;
  /** Whether a batch is said to be done before it is. */
  postpones(texts: readonly string[]): boolean;
};
export const NO_SABOTAGE: Sabotage = { sql: (text) => text, postpones: () => false };
export const NO_WEATHER: DatabaseWeather = { failsBefore: 0, losesAnswer: 0, slow: 0 };

const LONGEST_POSTPONED_MS = 3_000;
const LONGEST_CRYPTO_MS = 2;
const LONGEST_CALL_MS = 12;
const LONGEST_SLOW_CALL_MS = 4_000;

/** Nobody reads it; made once, because an exception takes its time. */
const TIMED_OUT = "timed out";

/** One handler of the Worker, from its first line to its last `waitUntil`. It can die at any `await`: what it began goes
 *  on in the world, but nothing ever comes back to it. */
export type Isolate = {
  readonly outside: Outside;
  readonly db: D1Database;
  readonly alive: () => boolean;
  kill(): void;
};

/** @param skewMs how far this machine's clock is off */
export function createIsolate(ground: Ground, skewMs: number, alarm: Outside["alarm"] = null): Isolate {
  const { loop } = ground;
  let dead = false;
  /** A dead handler waits for ever. */
  const back = <Value>(promise: Promise<Value>): Promise<Value> =>
    new Promise((resolve, reject) => {
      promise.then(
        (value) => void (dead || resolve(value)),
        (error: Error) => void (dead || reject(error)),
      );
    });
  const randomBytes = (count: number) => new Uint8Array(count).map(() => loop.between(0, 255)) as Bytes;
  const outside: Outside = {
    fetch: (url, init) => back(ground.line.fetch(url, init)),
    wallNow: () => epochMs(loop.now() + skewMs),
    randomBytes,
    randomId: () => uuidOf(randomBytes(16)),
    crypto: drawnOrder(loop, back),
    sleep: (ms) => back(loop.sleep(ms)),
    timeout: (ms) => {
      const controller = new AbortController();
      loop.at(loop.now() + ms, () => controller.abort(TIMED_OUT));
      return controller.signal;
    },
    // The platform logs what fails after the answer.
    waitUntil: (promise) => void promise.catch(ground.report),
    pageCache: null,
    alarm: alarm && { wakeBy: (wallMs) => back(alarm.wakeBy(wallMs)) },
    report: (_requestId, error) => ground.report(error),
  };
  return {
    outside,
    db: sqliteD1(ground.database, databaseWeather(ground, back), ground.sabotage.sql),
    alive: () => !dead,
    kill: () => void (dead = true),
  };
}

function databaseWeather(
  { loop, weather, sabotage }: Ground,
  back: <Value>(promise: Promise<Value>) => Promise<Value>,
): D1Weather {
  const pause = () =>
    back(loop.sleep(loop.between(0, loop.chance(weather.slow) ? LONGEST_SLOW_CALL_MS : LONGEST_CALL_MS)));
  return {
    meet: async ({ writes, texts }) => {
      await pause();
      if (loop.chance(weather.failsBefore)) throw new Error("D1_ERROR: D1 DB is overloaded.");
      const answerIsLost = writes && loop.chance(weather.losesAnswer);
      // The work of whoever died is lost with it.
      return sabotage.postpones(texts)
        ? { answerIsLost, postponed: back(loop.sleep(loop.between(0, LONGEST_POSTPONED_MS))) }
        : { answerIsLost };
    },
    answer: pause,
  };
}

/** Results are there at once, and handed out by the loop in an order drawn from the seed. */
function drawnOrder(loop: VirtualLoop, back: <Value>(promise: Promise<Value>) => Promise<Value>): CryptoPort {
  const calls = Object.entries(plainCrypto as Readonly<Record<string, (...given: never[]) => unknown>>);
  const later = async (call: (...given: never[]) => unknown, given: never[]) => {
    const value = call(...given);
    await loop.sleep(loop.between(0, LONGEST_CRYPTO_MS));
    return value;
  };
  return Object.fromEntries(
    calls.map(([name, call]) => [name, (...given: never[]) => back(later(call, given))]),
  ) as unknown as CryptoPort;
}

/** Version 4 UUID out of 16 random bytes. */
function uuidOf(random: Uint8Array): string {
  const bytes = random.slice(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const text = hex(bytes);
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}
