import { epochMs, SECOND_MS, type EpochMs } from "../domain/units.ts";
import type { Bytes } from "./bytes.ts";
import { webCrypto, type CryptoPort } from "./web-crypto.ts";

/** Everything outside the relay but its database: the network, time, chance, cryptography, the cache. One port, so that a
 *  deterministic simulation can stand in for the world. */
export type Outside = {
  fetch(url: string, init: RequestInit): Promise<Response>;
  wallNow(): EpochMs;
  randomBytes(count: number): Bytes;
  /** A version 4 UUID. */
  randomId(): string;
  readonly crypto: CryptoPort;
  sleep(ms: number): Promise<void>;
  /** Aborts a request after so long. */
  timeout(ms: number): AbortSignal;
  /** Keeps work alive after the answer has left. */
  waitUntil(work: Promise<unknown>): void;
  /** Bytes kept beside the isolates under a name for a while, or null where there is no cache. */
  readonly pageCache: {
    get(name: string): Promise<Bytes | null>;
    put(name: string, bytes: Bytes, lifeMs: number): Promise<void>;
  } | null;
  /** Has the reservations looked at by that wall time, or null where the deployment has no alarm: then the minute's cron
   *  alone fires them. A call or a ring that is lost, late or doubled is mended by the cron. Rule X54. */
  readonly alarm: { wakeBy(wallMs: EpochMs): Promise<void> } | null;
  /** A bug, not an expected failure: told to whoever runs the deployment. */
  report(requestId: string, error: unknown): void;
};

/** No such host exists (RFC 6761): the names only key Cloudflare's cache. */
const CACHE_HOST = "https://page-cache.invalid/";

const cloudflareCache: NonNullable<Outside["pageCache"]> = {
  async get(name) {
    const kept = await caches.default.match(CACHE_HOST + encodeURIComponent(name));
    return kept ? new Uint8Array(await kept.arrayBuffer()) : null;
  },
  async put(name, bytes, lifeMs) {
    const headers = { "Cache-Control": `public, max-age=${Math.ceil(lifeMs / SECOND_MS)}` };
    await caches.default.put(CACHE_HOST + encodeURIComponent(name), new Response(bytes, { headers }));
  },
};

/** The real world, in workerd. */
export function realOutside(waitUntil: (work: Promise<unknown>) => void, alarm: Outside["alarm"] = null): Outside {
  return {
    fetch: (url, init) => fetch(url, init),
    wallNow: () => epochMs(Date.now()),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    randomId: () => crypto.randomUUID(),
    crypto: webCrypto,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    timeout: (ms) => AbortSignal.timeout(ms),
    waitUntil,
    pageCache: cloudflareCache,
    alarm,
    report: (requestId, error) => console.error(requestId, error instanceof Error ? error.stack : "not an error"),
  };
}
