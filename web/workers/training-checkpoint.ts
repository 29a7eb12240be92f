import { CANDLE_COLUMNS, type CandleColumns } from "../../domain/candle.ts";
import { epochMs } from "../../domain/units.ts";
import type { Checkpoint, EpochLoss } from "../model/trainer.ts";
import { readCandles } from "../store/candle-store.ts";
import type { ObservatorDatabase } from "../store/database.ts";
import type { CheckpointRow, TrainingRow } from "../store/tables.ts";
import { dropCheckpoint, putCheckpoint, readCheckpoint, updateTraining } from "../store/training-store.ts";

export type TrainingStart = {
  readonly columns: CandleColumns;
  readonly resumed: { readonly checkpoint: Checkpoint; readonly history: readonly EpochLoss[] } | null;
};

/** Candles to learn from and, where an earlier worker left one, the checkpoint to go on from. It is dropped when the
 *  candles it was made with are not all there any more, or others have come between them: the parts would shift, and a
 *  test window might have been trained on. Rule M1. */
export async function startOfTraining(db: ObservatorDatabase, row: TrainingRow): Promise<TrainingStart> {
  const { market, days } = row.settings;
  const stored = await readCheckpoint(db, row.id);
  if (stored !== null) {
    const columns = between(await readCandles(db, market), stored.candlesFromMs, stored.candlesToMs);
    const history = row.history.filter(({ epoch }) => epoch <= stored.epoch);
    const same = columns.openTimeMs.length === stored.candleCount && history.length === stored.epoch;
    if (same) return { columns, resumed: { checkpoint: checkpointOf(stored), history } };
    await dropCheckpoint(db, row.id);
  }
  await updateTraining(db, row.id, { history: [], epoch: 0, step: 0 });
  return { columns: await readCandles(db, market, { days }), resumed: null };
}

/** The checkpoint and the history it belongs to, in one transaction: one without the other could not be resumed. */
export function keepCheckpoint(
  db: ObservatorDatabase,
  row: TrainingRow,
  columns: CandleColumns,
  { checkpoint, history }: { readonly checkpoint: Checkpoint; readonly history: readonly EpochLoss[] },
): Promise<void> {
  return db.transaction("rw", db.checkpoints, db.trainings, async () => {
    await putCheckpoint(db, {
      trainingId: row.id,
      epoch: checkpoint.epoch,
      parameters: bytesOf(checkpoint.parameters),
      firstMoment: bytesOf(checkpoint.firstMoment),
      secondMoment: bytesOf(checkpoint.secondMoment),
      updateCount: checkpoint.updateCount,
      bestParameters: bytesOf(checkpoint.bestParameters),
      bestValidationLoss: checkpoint.bestValidationLoss,
      candlesFromMs: epochMs(columns.openTimeMs[0]!),
      candlesToMs: epochMs(columns.openTimeMs.at(-1)!),
      candleCount: columns.openTimeMs.length,
    });
    await updateTraining(db, row.id, { history });
  });
}

const bytesOf = (values: Float32Array): ArrayBuffer => Float32Array.from(values).buffer;

const checkpointOf = (row: CheckpointRow): Checkpoint => ({
  epoch: row.epoch,
  parameters: new Float32Array(row.parameters),
  firstMoment: new Float32Array(row.firstMoment),
  secondMoment: new Float32Array(row.secondMoment),
  updateCount: row.updateCount,
  bestParameters: new Float32Array(row.bestParameters),
  bestValidationLoss: row.bestValidationLoss,
});

function between(columns: CandleColumns, fromMs: number, toMs: number): CandleColumns {
  const after = (instant: number) => columns.openTimeMs.findIndex((time) => time > instant);
  const end = after(toMs);
  const first = columns.openTimeMs.findIndex((time) => time >= fromMs);
  const from = first === -1 ? columns.openTimeMs.length : first;
  const cut = (name: (typeof CANDLE_COLUMNS)[number]) => columns[name].slice(from, end === -1 ? undefined : end);
  return Object.fromEntries(CANDLE_COLUMNS.map((name) => [name, cut(name)])) as CandleColumns;
}
