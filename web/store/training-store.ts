import type { EpochMs } from "../../domain/units.ts";
import { fromEnd, type ObservatorDatabase } from "./database.ts";
import type { CheckpointRow, TrainingRow, TrainingSettings } from "./tables.ts";

/** Asks for a training; the train worker finds the row. */
export async function requestTraining(
  db: ObservatorDatabase,
  settings: TrainingSettings,
  made: { readonly id: string; readonly nowMs: EpochMs },
): Promise<TrainingRow> {
  const row: TrainingRow = {
    id: made.id,
    settings,
    state: "requested",
    stopRequested: false,
    backend: null,
    phase: "waiting",
    epoch: 0,
    step: 0,
    stepsPerEpoch: 0,
    etaMs: null,
    history: [],
    metrics: null,
    baselines: null,
    verdict: null,
    modelId: null,
    published: "no",
    fault: null,
    requestedAtMs: made.nowMs,
    endedAtMs: null,
  };
  await db.trainings.add(row);
  return row;
}

/** Asks a training to stop; the worker sees it between two chunks. One that has not begun ends at once. */
export function stopTraining(db: ObservatorDatabase, id: string, nowMs: EpochMs): Promise<void> {
  return db.transaction("rw", db.trainings, async () => {
    const row = await db.trainings.get(id);
    if (row?.state === "requested")
      await db.trainings.update(id, { stopRequested: true, state: "stopped", phase: "ended", endedAtMs: nowMs });
    else if (row?.state === "running") await db.trainings.update(id, { stopRequested: true });
  });
}

/** Trainings, newest first. */
export const readTrainings = (db: ObservatorDatabase, limit = 20): Promise<TrainingRow[]> =>
  fromEnd(db.trainings.orderBy("requestedAtMs")).limit(limit).toArray();

export async function readTraining(db: ObservatorDatabase, id: string): Promise<TrainingRow | null> {
  return (await db.trainings.get(id)) ?? null;
}

/** The oldest training that is asked for or was running when its worker went away, or null. */
export async function nextTraining(db: ObservatorDatabase): Promise<TrainingRow | null> {
  const waiting = await db.trainings.where("state").anyOf("running", "requested").sortBy("requestedAtMs");
  return waiting[0] ?? null;
}

export async function updateTraining(
  db: ObservatorDatabase,
  id: string,
  change: Partial<Omit<TrainingRow, "id" | "settings">>,
): Promise<void> {
  await db.trainings.update(id, change);
}

export async function putCheckpoint(db: ObservatorDatabase, row: CheckpointRow): Promise<void> {
  await db.checkpoints.put(row);
}

export async function readCheckpoint(db: ObservatorDatabase, trainingId: string): Promise<CheckpointRow | null> {
  return (await db.checkpoints.get(trainingId)) ?? null;
}

export async function dropCheckpoint(db: ObservatorDatabase, trainingId: string): Promise<void> {
  await db.checkpoints.delete(trainingId);
}
