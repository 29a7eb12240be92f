import { ok, type Result } from "../../domain/result.ts";
import type { Fault } from "../../domain/fault.ts";
import { epochMs, type EpochMs } from "../../domain/units.ts";
import { fromPublished, toPublished, type Artifact } from "../model/artifact.ts";
import { openEngine, type AdapterSource, type Engine } from "../model/engine.ts";
import { mayReplace } from "../model/replacement.ts";
import { trainAndEvaluate, type LearningOutcome } from "../model/train-and-evaluate.ts";
import type { RelayClient } from "../relay-client.ts";
import type { ObservatorDatabase } from "../store/database.ts";
import { putModel } from "../store/model-store.ts";
import type { TrainingRow } from "../store/tables.ts";
import { dropCheckpoint, readTraining } from "../store/training-store.ts";
import { keepCheckpoint, startOfTraining } from "./training-checkpoint.ts";
import { openTrainingReport, type TrainingReport } from "./training-report.ts";

export type TrainingPorts = {
  readonly db: ObservatorDatabase;
  readonly relay: Pick<RelayClient, "servingModel" | "publishModel">;
  readonly wasmUrl: string;
  readonly gpu: AdapterSource | undefined;
  wallNow(): EpochMs;
};

type Done = Extract<LearningOutcome, { state: "done" }>;

/** One training from its row in the store to its end, whatever that is: the row says it. */
export async function runTraining(ports: TrainingPorts, row: TrainingRow): Promise<void> {
  const { db } = ports;
  const report = openTrainingReport(db, row.id, ports.wallNow);
  const end = (state: "done" | "stopped" | "failed", fault: string | null = null) =>
    report.sayNow({
      state,
      phase: "ended",
      etaMs: null,
      endedAtMs: ports.wallNow(),
      ...(fault === null ? {} : { fault }),
    });
  try {
    await report.sayNow({ state: "running", phase: "loading", fault: null });
    if (row.stopRequested) return await end("stopped");
    const outcome = await learn(ports, row, report);
    if (!outcome.ok) return await end("failed", outcome.fault.detail);
    if (outcome.value.state === "stopped") return await end("stopped");
    await keepAndPublish(ports, outcome.value, report);
    await end("done");
  } catch (problem) {
    // A device that was lost, memory that ran out, a bug: taken up again, this training would end the same way.
    await end("failed", problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem));
  } finally {
    await dropCheckpoint(db, row.id);
  }
}

async function learn(
  ports: TrainingPorts,
  row: TrainingRow,
  report: TrainingReport,
): Promise<Result<LearningOutcome, Fault>> {
  const { db, wasmUrl, gpu } = ports;
  const opened = await openEngine(row.settings.backend, { wasmUrl, gpu });
  if (!opened.ok) return opened;
  const engine = opened.value;
  await report.sayNow({ backend: nameOf(engine) });
  const { columns, resumed } = await startOfTraining(db, row);
  const run = { id: row.id, settings: row.settings, engine, trainedAtMs: ports.wallNow(), resumed };
  return trainAndEvaluate(columns, run, {
    nowMs: () => performance.now(),
    // A row that vanished has nobody left to train for.
    shouldStop: async () => (await readTraining(db, row.id))?.stopRequested ?? true,
    onPhase: (phase) => report.sayNow({ phase, etaMs: null }),
    onProgress: (progress) => report.say(progress),
    onCheckpoint: (checkpoint, history) => keepCheckpoint(db, row, columns, { checkpoint, history }),
  });
}

const nameOf = ({ name, adapter }: Engine): string => (adapter === null ? name : `${name} (${adapter})`);

/** The model is kept here in any case; it serves everybody only when it is better on candles that neither it nor the
 *  serving one has seen. Rule M8. */
async function keepAndPublish(ports: TrainingPorts, { model, dataset }: Done, report: TrainingReport): Promise<void> {
  const { db, relay } = ports;
  const { id, metrics, baselines, verdict } = model.meta;
  const keep = (source: "trained" | "published") =>
    putModel(db, { id, ...model, source, storedAtMs: epochMs(ports.wallNow()) });
  await keep("trained");
  await report.sayNow({ phase: "publishing", metrics, baselines, verdict, modelId: id });

  const serving = await relay.servingModel(model.meta.market);
  if (!serving.ok) return report.sayNow({ published: "refused", fault: serving.fault.detail });
  const published = serving.value.changed ? serving.value.model : null;
  if (published !== null && !mayReplace(dataset.matrix, model, fromPublished(published)))
    return report.sayNow({ published: "not-better" });
  const sent = await publish(relay, model);
  if (!sent.ok) return report.sayNow({ published: "refused", fault: sent.fault.detail });
  await keep("published");
  return report.sayNow({ published: "yes" });
}

async function publish(relay: TrainingPorts["relay"], model: Artifact): Promise<Result<null, Fault>> {
  const sent = await relay.publishModel(toPublished(model));
  return sent.ok ? ok(null) : sent;
}
