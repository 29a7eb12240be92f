import type { CandleColumns } from "../domain/candle.ts";
import type { Fault } from "../domain/fault.ts";
import { assert } from "../domain/assert.ts";
import { ok, type Result } from "../domain/result.ts";
import { epochMs } from "../domain/units.ts";
import type { ModelMeta } from "../domain/wire.ts";
import { openEngine } from "../web/model/engine.ts";
import type { LearningSettings } from "../web/model/settings.ts";
import { trainAndEvaluate } from "../web/model/train-and-evaluate.ts";
import type { EpochLoss } from "../web/model/trainer.ts";

export type Evaluated = {
  readonly backend: string;
  readonly meta: ModelMeta;
  readonly windows: { readonly train: number; readonly validation: number; readonly test: number };
};

/** Trains and judges as the browser does, in this process. The command line bundles this file, because the engine's
 *  packages register their gradients only inside a bundle.
 *  @param how `wasmPath`: the SIMD wasm file on disk */
export async function evaluate(
  columns: CandleColumns,
  settings: LearningSettings,
  how: {
    readonly backend: "wasm" | "cpu";
    readonly wasmPath: string;
    readonly onEpoch: (loss: EpochLoss) => void;
  },
): Promise<Result<Evaluated, Fault>> {
  const engine = await openEngine(how.backend, { wasmUrl: how.wasmPath });
  if (!engine.ok) return engine;
  const run = { id: "evaluate", settings, engine: engine.value, trainedAtMs: epochMs(Date.now()), resumed: null };
  const outcome = await trainAndEvaluate(columns, run, {
    nowMs: () => performance.now(),
    shouldStop: () => Promise.resolve(false),
    onProgress: () => Promise.resolve(),
    onPhase: () => Promise.resolve(),
    onCheckpoint: async (_, history) => how.onEpoch(history.at(-1)!),
  });
  if (!outcome.ok) return outcome;
  assert(outcome.value.state === "done", "nobody asked it to stop");
  const { model, dataset } = outcome.value;
  const { train, validation, test } = dataset.splits;
  return ok({
    backend: engine.value.name,
    meta: model.meta,
    windows: { train: train.length, validation: validation.length, test: test.length },
  });
}
