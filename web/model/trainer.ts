import type { Learner, LearnerState } from "./learner.ts";
import { randomFrom, seedOf, shuffled } from "./random.ts";

export type EpochLoss = { readonly epoch: number; readonly trainLoss: number; readonly validationLoss: number };

/** Enough to go on after the last whole epoch, bit for bit on the same backend. */
export type Checkpoint = LearnerState & {
  readonly epoch: number;
  readonly bestParameters: Float32Array;
  readonly bestValidationLoss: number;
};

export type TrainingProgress = {
  readonly epoch: number;
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Milliseconds left at the present rate if no epoch is saved by early stopping; null before the first steps. */
  readonly etaMs: number | null;
};

export type TrainerHooks = {
  nowMs(): number;
  shouldStop(): Promise<boolean>;
  onProgress(progress: TrainingProgress): Promise<void>;
  /** After each epoch; the training waits for it. `history` holds every epoch so far. */
  onCheckpoint(checkpoint: Checkpoint, history: readonly EpochLoss[]): Promise<void>;
};

export type TrainerInput = {
  readonly learner: Learner;
  /** First rows of the windows. */
  readonly train: Int32Array;
  readonly validation: Int32Array;
  /** By row, target scales. */
  readonly labels: Float32Array;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly resumed: { readonly checkpoint: Checkpoint; readonly history: readonly EpochLoss[] } | null;
};

export type TrainerOutcome =
  | { readonly state: "stopped" }
  | { readonly state: "diverged"; readonly epoch: number }
  | { readonly state: "finished"; readonly bestParameters: Float32Array; readonly history: readonly EpochLoss[] };

/** Epochs without a better validation loss after which the training ends. */
const PATIENCE = 4;
/** How long steps run before the event loop gets its turn, and how many a GPU may have waiting. */
const CHUNK_MS = 100;
const CHUNK_STEPS = 32;

/** Learns until validation no longer improves, and gives back the parameters of the best epoch. Each epoch's order hangs
 *  on the seed and the epoch alone, so that a resumed training takes the steps it would have taken. Rule M1. */
export async function train(input: TrainerInput, hooks: TrainerHooks): Promise<TrainerOutcome> {
  const { learner, labels, epochs, batchSize, seed, resumed } = input;
  const stepsPerEpoch = Math.floor(input.train.length / batchSize);
  const history: EpochLoss[] = [...(resumed?.history ?? [])];
  let best = resumed?.checkpoint.bestValidationLoss ?? Infinity;
  let bestParameters = resumed?.checkpoint.bestParameters ?? (await learner.readState()).parameters;
  const firstEpoch = (resumed?.checkpoint.epoch ?? 0) + 1;
  const startedMs = hooks.nowMs();

  for (let epoch = firstEpoch; epoch <= epochs && !hasStalled(history); epoch += 1) {
    const order = shuffled(input.train, randomFrom(seedOf(seed, epoch)));
    let chunkStartMs = hooks.nowMs();
    for (let step = 0; step < stepsPerEpoch; step += 1) {
      const stepsBefore = (epoch - 1) * stepsPerEpoch + step;
      const rate = input.learningRate * schedule(stepsBefore, epochs * stepsPerEpoch);
      learner.step(order.subarray(step * batchSize, (step + 1) * batchSize), rate);

      if (hooks.nowMs() - chunkStartMs < CHUNK_MS && (step + 1) % CHUNK_STEPS !== 0) continue;
      await learner.settle();
      const stepsHere = stepsBefore + 1 - (firstEpoch - 1) * stepsPerEpoch;
      const etaMs = ((hooks.nowMs() - startedMs) / stepsHere) * (epochs * stepsPerEpoch - stepsBefore - 1);
      await hooks.onProgress({ epoch, step: step + 1, stepsPerEpoch, etaMs });
      if (await hooks.shouldStop()) return { state: "stopped" };
      await eventLoopTurn();
      chunkStartMs = hooks.nowMs();
    }
    const trainLoss = await learner.readLoss();
    const validationLoss = huberMean(await learner.predict(input.validation), input.validation, labels);
    // Without this the untrained parameters would pass for the best ones. Rule M10.
    if (!Number.isFinite(trainLoss) || !Number.isFinite(validationLoss)) return { state: "diverged", epoch };
    const state = await learner.readState();
    if (validationLoss < best) {
      best = validationLoss;
      bestParameters = state.parameters;
    }
    history.push({ epoch, trainLoss, validationLoss });
    await hooks.onCheckpoint({ ...state, epoch, bestParameters, bestValidationLoss: best }, [...history]);
    if (await hooks.shouldStop()) return { state: "stopped" };
  }
  return { state: "finished", bestParameters, history };
}

/** Whether the best epoch lies too far back. */
function hasStalled(history: readonly EpochLoss[]): boolean {
  const best = history.reduce((low, row, at) => (row.validationLoss < history[low]!.validationLoss ? at : low), 0);
  return history.length - 1 - best >= PATIENCE;
}

/** Share of the peak learning rate: a linear warm-up over the first twentieth, then a cosine down to a twentieth.
 *  Source: Loshchilov and Hutter 2017. */
export function schedule(step: number, stepCount: number): number {
  const warmUp = Math.max(1, Math.floor(stepCount / 20));
  if (step < warmUp) return (step + 1) / warmUp;
  const share = (step - warmUp) / Math.max(1, stepCount - warmUp);
  return 0.05 + 0.95 * 0.5 * (1 + Math.cos(Math.PI * share));
}

/** The training's own loss over windows, in float64. */
function huberMean(predictions: Float32Array, starts: Int32Array, labels: Float32Array): number {
  const losses = Float64Array.from(predictions, (prediction, at) => {
    const error = Math.abs(prediction - labels[starts[at]!]!);
    return error <= 1 ? (error * error) / 2 : error - 0.5;
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** Messages and database answers wait for this. */
const eventLoopTurn = (): Promise<void> => new Promise((done) => setTimeout(done, 0));
