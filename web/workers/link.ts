/* oxlint-disable unicorn/require-post-message-target-origin -- workers and channels have no such argument */
import { assert } from "../../domain/assert.ts";
import type { Config } from "../../domain/wire.ts";
import { LIVE_CHANNEL, type LiveMessage, type LiveQuestion, type StartWorker, type WakeTrainer } from "./protocol.ts";
import liveUrl from "./live.worker.ts?worker&url";
import trainUrl from "./train.worker.ts?worker&url";

/** The page's side of the two workers, and the only place where a script's address becomes trusted. */

const sameOrigin = (url: string): string => {
  assert(new URL(url, location.href).origin === location.origin, "scripts come from our own origin only");
  return url;
};
/** Named in the Content-Security-Policy (`trusted-types observator`); made once, as a second one would be refused. */
const policy = window.trustedTypes?.createPolicy("observator", { createScriptURL: sameOrigin });

/** Address of one of our own scripts, as Trusted Types wants it; plain text where the browser has none.
 *  @throws AssertionError for another origin's */
export const trustedScriptUrl = (url: string): TrustedScriptURL =>
  policy?.createScriptURL(url) ?? (sameOrigin(url) as unknown as TrustedScriptURL);

/** The worker constructor takes a TrustedScriptURL; its published type does not say so yet. */
const makeWorker = (url: string, name: string): Worker =>
  new Worker(trustedScriptUrl(url) as unknown as string, { type: "module", name });

/** A live worker that crashed is started again after 1, 2, 4 … 60 s; one that ran for a minute counts as well. */
const FIRST_RESTART_MS = 1_000;
const SLOWEST_RESTART_MS = 60_000;

let started: Config | null = null;
let trainer: Worker | null = null;

function startLive(config: Config, restartMs = FIRST_RESTART_MS): void {
  const worker = makeWorker(liveUrl, "observator-live");
  const bornMs = performance.now();
  worker.addEventListener(
    "error",
    () => {
      worker.terminate();
      const wait = performance.now() - bornMs > SLOWEST_RESTART_MS ? FIRST_RESTART_MS : restartMs;
      setTimeout(() => startLive(config, Math.min(wait * 2, SLOWEST_RESTART_MS)), wait);
    },
    { once: true },
  );
  worker.postMessage({ type: "start", config } satisfies StartWorker);
}

/** Starts the live worker, once a page; a second call changes nothing. The train worker waits for `wakeTrainer`. */
export function startWorkers(config: Config): void {
  if (started !== null) return;
  started = config;
  startLive(config);
}

/** Tells the train worker that a training is asked for, or was left unfinished by an earlier page: its row is in the
 *  store. The worker is made on the first call, because most visitors never train. */
export function wakeTrainer(): void {
  assert(started !== null, "the workers are started before a training");
  if (trainer === null) {
    const worker = makeWorker(trainUrl, "observator-train");
    worker.addEventListener(
      "error",
      () => {
        worker.terminate();
        if (trainer === worker) trainer = null;
      },
      { once: true },
    );
    worker.postMessage({ type: "start", config: started } satisfies StartWorker);
    trainer = worker;
  }
  trainer.postMessage({ type: "wake" } satisfies WakeTrainer);
}

/** Quotes and the state of the exchange link, from whichever tab's worker leads; the last ones come at once.
 *  @returns ends the subscription */
export function subscribeLive(listener: (message: LiveMessage) => void): () => void {
  const channel = new BroadcastChannel(LIVE_CHANNEL);
  channel.addEventListener("message", ({ data }: MessageEvent<LiveMessage | LiveQuestion>) => {
    // Other tabs' questions travel on the same channel.
    if (data.type !== "resend") listener(data);
  });
  channel.postMessage({ type: "resend" } satisfies LiveQuestion);
  return () => channel.close();
}
