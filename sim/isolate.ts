import type { DatabaseSync } from "node:sqlite";
import { epochMs } from "../domain/units.ts";
import type { Bytes } from "../relay/bytes.ts";
import type { Outside } from "../relay/outside.ts";
import { webCrypto, type CryptoPort } from "../relay/web-crypto.ts";
import type { ExchangeLine } from "./exchange-line.ts";
import { sqliteD1, type D1Weather } from "./sqlite-d1.ts";
import type { VirtualLoop } from "./virtual-loop.ts";

/** Everything of the world that isolates share. */
export type Ground = {
  readonly loop: VirtualLoop;
  readonly database: DatabaseSync;
  readonly line: ExchangeLine;
  readonly weather: DatabaseWeather;
  /** Bugs that a deployment would have logged. */
  readonly report: (error: unknown) => void;
};

/** Chances of a call to the database. A read whose answer is lost is repeated by the platform; a write is not. */
export type DatabaseWeather = { readonly failsBefore: number; readonly losesAnswer: number; readonly slow: number };

const LONGEST_CALL_MS = 12;
const LONGEST_SLOW_CALL_MS = 4_000;

/** One handler of the Worker, from its first line to its last `waitUntil`. It can die at any `await`: what it began goes
 *  on in the world, but nothing ever comes back to it. */
export type Isolate = {
  readonly outside: Outside;
  readonly db: D1Database;
  readonly alive: () => boolean;
  kill(): void;
  /** What it promised to finish after its answer. */
  readonly work: readonly Promise<unknown>[];
};

/** @param skewMs how far this machine's clock is off */
export function createIsolate(ground: Ground, skewMs: number): Isolate {
  const { loop } = ground;
  let dead = false;
  const work: Promise<unknown>[] = [];
  /** A dead handler waits for ever. */
  const back = <Value>(promise: Promise<Value>): Promise<Value> =>
    new Promise((resolve, reject) => {
      promise.then(
        (value) => void (dead || resolve(value)),
        (error: Error) => void (dead || reject(error)),
      );
    });
  const outside: Outside = {
    fetch: (url, init) => back(ground.line.fetch(url, init)),
    wallNow: () => epochMs(loop.now() + skewMs),
    randomBytes: (count) => Uint8Array.from({ length: count }, () => loop.between(0, 255)) as Bytes,
    crypto: drawnOrder(loop, back),
    sleep: (ms) => back(loop.sleep(ms)),
    timeout: (ms) => {
      const controller = new AbortController();
      loop.at(loop.now() + ms, () => controller.abort());
      return controller.signal;
    },
    waitUntil: (promise) => void work.push(promise),
    pageCache: null,
    report: (_requestId, error) => ground.report(error),
  };
  return {
    outside,
    db: sqliteD1(ground.database, databaseWeather(ground, back)),
    alive: () => !dead,
    kill: () => void (dead = true),
    work,
  };
}

function databaseWeather(
  { loop, weather }: Ground,
  back: <Value>(promise: Promise<Value>) => Promise<Value>,
): D1Weather {
  const pause = () =>
    back(loop.sleep(loop.between(0, loop.chance(weather.slow) ? LONGEST_SLOW_CALL_MS : LONGEST_CALL_MS)));
  return {
    meet: async ({ writes }) => {
      await pause();
      if (loop.chance(weather.failsBefore)) throw new Error("D1_ERROR: D1 DB is overloaded.");
      return { answerIsLost: writes && loop.chance(weather.losesAnswer) };
    },
    answer: pause,
  };
}

/** The platform's own cryptography, its results handed out by the loop. */
function drawnOrder(loop: VirtualLoop, back: <Value>(promise: Promise<Value>) => Promise<Value>): CryptoPort {
  const calls = Object.entries(webCrypto as Readonly<Record<string, (...given: never[]) => Promise<unknown>>>);
  return Object.fromEntries(
    calls.map(([name, call]) => [name, (...given: never[]) => back(loop.real(call(...given)))]),
  ) as unknown as CryptoPort;
}
