import { LIVE_LOCK, type StartWorker } from "./protocol.ts";
import { runLive } from "./run-live.ts";

/** One worker of this browser leads: it collects candles and trades. The others wait for the lock and take over when the
 *  leader's tab closes or its worker crashes. */
self.addEventListener(
  "message",
  ({ data }: MessageEvent<StartWorker>) => {
    if (data.type === "start") void navigator.locks.request(LIVE_LOCK, () => runLive(data.config));
  },
  { once: true },
);

/** A rejection that nobody awaited is a bug like any other: as an error it reaches the page, which ends this worker and
 *  starts another. Crash and start-up share one path. */
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  setTimeout(() => {
    throw event.reason;
  });
});
