import type { CandleColumns } from "../../domain/candle.ts";
import type { Fault } from "../../domain/fault.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { epochMs, type EpochMs, MINUTE_MS } from "../../domain/units.ts";
import type { Metrics, ModelMeta } from "../../domain/wire.ts";
import { FEATURE_NAMES } from "../features/feature-matrix.ts";
import { targets } from "../features/windows.ts";
import { assert } from "../../domain/assert.ts";
import type { Artifact } from "./artifact.ts";
import { baselinePredictions, lateReturns } from "./baselines.ts";
import { prepareDataset, type Dataset } from "./dataset.ts";
import type { Engine } from "./engine.ts";
import { openLearner } from "./learner.ts";
import { metricsOf } from "./metrics.ts";
import { initialParameters } from "./network-layout.ts";
import { openPredictor, type PredictingMeta } from "./predictor.ts";
import { checkSettings, type LearningSettings } from "./settings.ts";
import { train, type TrainerHooks, type TrainerInput } from "./trainer.ts";
import { verdictOf } from "./verdict.ts";

export type LearningHooks = TrainerHooks & {
  onPhase(phase: "training" | "evaluating"): Promise<void>;
};

export type LearningRun = {
  readonly id: string;
  readonly settings: LearningSettings;
  readonly engine: Engine;
  readonly trainedAtMs: EpochMs;
  readonly resumed: TrainerInput["resumed"];
};

export type LearningOutcome =
  | { readonly state: "stopped" }
  | { readonly state: "done"; readonly model: Artifact; readonly dataset: Dataset };

/** Candles in, a judged model out: the one path that the training worker and the `evaluate` command share. */
export async function trainAndEvaluate(
  columns: CandleColumns,
  run: LearningRun,
  hooks: LearningHooks,
): Promise<Result<LearningOutcome, Fault>> {
  const checked = checkSettings(run.settings);
  if (!checked.ok) return checked;
  const settings = checked.value;
  const prepared = prepareDataset(columns, settings);
  if (!prepared.ok) return prepared;
  const dataset = prepared.value;

  await hooks.onPhase("training");
  const trained = await learn(dataset, run, hooks);
  if (trained.state === "stopped") return ok(trained);
  if (trained.state === "diverged") return diverged(trained.epoch);

  await hooks.onPhase("evaluating");
  const predicting: PredictingMeta = {
    lookback: settings.lookback,
    hiddenSizes: [...settings.hiddenSizes],
    featureNames: [...FEATURE_NAMES],
    normaliser: { mean: [...dataset.normaliser.mean], deviation: [...dataset.normaliser.deviation] },
    targetScaleBps: dataset.targetScaleBps,
    intervalMs: MINUTE_MS,
  };
  const weights = Float32Array.from(trained.bestParameters).buffer;
  const judgement = judge(dataset, { meta: predicting, weights }, settings);
  const meta: ModelMeta = {
    ...predicting,
    ...judgement,
    id: run.id,
    formatVersion: 1,
    family: "mlp",
    market: settings.market,
    horizon: settings.horizon,
    trainedFromMs: epochMs(dataset.learnedFromMs),
    trainedToMs: epochMs(dataset.learnedToMs),
    trainedAtMs: run.trainedAtMs,
    epochs: trained.history.length,
    seed: settings.seed,
    backend: run.engine.name,
  };
  return ok({ state: "done", model: { meta, weights }, dataset });
}

const diverged = (epoch: number): Result<never, Fault> =>
  fail({
    type: "bad-input",
    kind: "refuse",
    detail: `The loss of epoch ${epoch} is not a number: the training diverged. Lower the learning rate, or check the candles.`,
  });

async function learn(dataset: Dataset, { settings, engine, resumed }: LearningRun, hooks: TrainerHooks) {
  const { rows, labels, splits } = dataset;
  const batchSize = Math.min(settings.batchSize, splits.train.length);
  const parameters = initialParameters(settings, settings.seed);
  const zeros = () => new Float32Array(parameters.length);
  const start = { parameters, firstMoment: zeros(), secondMoment: zeros(), updateCount: 0 };
  const material = { rows, labels, shape: settings, batchSize };
  const learner = openLearner(engine, material, resumed?.checkpoint ?? start);
  const { epochs, learningRate, seed } = settings;
  const { train: trainStarts, validation } = splits;
  try {
    return await train(
      { learner, train: trainStarts, validation, labels, epochs, batchSize, learningRate, seed, resumed },
      hooks,
    );
  } finally {
    learner.dispose();
  }
}

/** The test windows, seen here for the first time, predicted by the code that will serve. */
function judge(
  dataset: Dataset,
  model: { readonly meta: PredictingMeta; readonly weights: ArrayBuffer },
  settings: LearningSettings,
): { metrics: Metrics; baselines: Record<string, Metrics>; verdict: ModelMeta["verdict"] } {
  const { matrix, splits } = dataset;
  const predictor = openPredictor(model);
  assert(predictor.ok, "a model that was just trained fits its own shape");
  const outcomes = targets(matrix.close, splits.test, settings);
  const predictions = predictor.value.predictWindows(matrix, splits.test);
  const baselines = baselinePredictions(matrix.close, { train: splits.train, judged: splits.test }, settings);
  const lateOutcomes = lateReturns(matrix.close, splits.test, settings);
  return {
    metrics: metricsOf(predictions, outcomes),
    baselines: Object.fromEntries(Object.entries(baselines).map(([name, row]) => [name, metricsOf(row, outcomes)])),
    verdict: verdictOf({ predictions, outcomes, lateOutcomes, baselines, horizon: settings.horizon }),
  };
}
