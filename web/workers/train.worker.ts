import { epochMs } from "../../domain/units.ts";
import { wasmUrl } from "../model/wasm-url.ts";
import { createRelayClient } from "../relay-client.ts";
import { openDatabase } from "../store/database.ts";
import { nextTraining } from "../store/training-store.ts";
import { TRAIN_LOCK, type StartWorker, type WakeTrainer } from "./protocol.ts";
import { runTraining, type TrainingPorts } from "./run-training.ts";

/** One training runs in this browser at a time: the others' rows wait, and so do other tabs' workers for the lock. The
 *  oldest row goes first; one that a closed tab left running is taken up from its checkpoint. */
async function runWaitingTrainings(ports: TrainingPorts): Promise<void> {
  await navigator.locks.request(TRAIN_LOCK, async () => {
    for (let row = await nextTraining(ports.db); row !== null; row = await nextTraining(ports.db))
      await runTraining(ports, row);
  });
}

function ports(): TrainingPorts {
  return {
    db: openDatabase(),
    relay: createRelayClient(),
    wasmUrl,
    gpu: navigator.gpu,
    wallNow: () => epochMs(Date.now()),
  };
}

let made: TrainingPorts | null = null;
self.addEventListener("message", ({ data }: MessageEvent<StartWorker | WakeTrainer>) => {
  made ??= ports();
  if (data.type === "wake") void runWaitingTrainings(made);
});

/** A rejection that nobody awaited is a bug: as an error it reaches the page, which makes a new worker when it is asked
 *  again. */
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  setTimeout(() => {
    throw event.reason;
  });
});
