import * as tf from "@tensorflow/tfjs-core";
import { assert } from "../../domain/assert.ts";
import { FEATURE_COUNT } from "../features/feature-matrix.ts";
import { adamW, type AdamState } from "./adam.ts";
import type { Engine } from "./engine.ts";
import { decayMask, layersOf, type Layer, type NetworkShape } from "./network-layout.ts";

/** Everything that a training changes. All vectors are as long as the parameters. */
export type LearnerState = {
  readonly parameters: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  readonly updateCount: number;
};

/** The one interface between the training loop and the engine that computes. Windows are named by their first row. */
export type Learner = {
  /** One update on one batch. Returns before a GPU has done it. */
  step(starts: Int32Array, learningRate: number): void;
  /** Waits until every step is done. */
  settle(): Promise<void>;
  /** Mean loss of the steps since the last call. */
  readLoss(): Promise<number>;
  /** @returns [windowCount], unit: target scales */
  predict(starts: Int32Array): Promise<Float32Array>;
  readState(): Promise<LearnerState>;
  dispose(): void;
};

/** What is learned: the whole matrix once, and a label for each row that begins a window. */
export type LearningMaterial = {
  /** [rowCount, FEATURE_COUNT], standard deviations */
  readonly rows: Float32Array;
  /** [rowCount], target scales; only rows that begin a window are read */
  readonly labels: Float32Array;
  readonly shape: NetworkShape;
  /** Windows in every batch: one shape, because the engine's pool of buffers does not shrink. */
  readonly batchSize: number;
};

/** Huber loss, quadratic up to one target scale. With q = clip(e), q × (e − q / 2) is both branches in one. */
const huber = (error: tf.Tensor): tf.Scalar => {
  const clipped = tf.clipByValue(error, -1, 1);
  return tf.mean(tf.mul(clipped, tf.sub(error, tf.mul(clipped, 0.5))));
};

/** @param x [B, lookback × features]
 *  @returns [B] */
function forwardBatch(parameters: tf.Tensor1D, layers: readonly Layer[], x: tf.Tensor2D): tf.Tensor1D {
  let values = x;
  layers.forEach(({ inputs, outputs, weightsAt, biasesAt }, index) => {
    const weights = tf.reshape(tf.slice(parameters, weightsAt, inputs * outputs), [inputs, outputs]);
    const biases = tf.slice(parameters, biasesAt, outputs);
    const sums = tf.add(tf.matMul(values, weights), biases) as tf.Tensor2D; // [B, outputs]
    values = index === layers.length - 1 ? sums : tf.relu(sums);
  });
  return tf.reshape(values, [-1]);
}

/** A learner on tfjs. Parameters and moments are one flat vector each: an update is a dozen kernels whatever the number
 *  of layers, and kernels are what a small network's training waits for. Rules M1, M4, M5. */
export function openLearner(engine: Engine, material: LearningMaterial, state: LearnerState): Learner {
  const layers = layersOf(material.shape);
  const batches = openBatches(engine, material);
  const mask = tf.tensor1d(decayMask(material.shape));
  let adam: AdamState = {
    parameters: tf.tensor1d(state.parameters),
    firstMoment: tf.tensor1d(state.firstMoment),
    secondMoment: tf.tensor1d(state.secondMoment),
  };
  let updateCount = state.updateCount;
  let lossSum: tf.Scalar = tf.scalar(0);
  let lossCount = 0;

  return {
    step(starts, learningRate) {
      updateCount += 1;
      lossCount += 1;
      const next = tf.tidy(() => {
        const { x, y } = batches.take(starts);
        const lossOf = (parameters: tf.Tensor) => huber(tf.sub(forwardBatch(parameters as tf.Tensor1D, layers, x), y));
        const { value, grad } = tf.valueAndGrad(lossOf)(adam.parameters);
        const moved = adamW(adam, grad as tf.Tensor1D, { mask, learningRate, updateCount });
        return { ...moved, lossSum: tf.add(lossSum, value) as tf.Scalar };
      });
      tf.dispose([adam.parameters, adam.firstMoment, adam.secondMoment, lossSum]);
      adam = { parameters: next.parameters, firstMoment: next.firstMoment, secondMoment: next.secondMoment };
      lossSum = next.lossSum;
    },
    async settle() {
      await lossSum.data();
    },
    async readLoss() {
      const [sum] = await lossSum.data();
      const mean = sum! / Math.max(1, lossCount);
      lossSum.dispose();
      lossSum = tf.scalar(0);
      lossCount = 0;
      return mean;
    },
    async predict(starts) {
      const all = new Float32Array(starts.length);
      for (let at = 0; at < starts.length; at += material.batchSize) {
        const output = tf.tidy(() => forwardBatch(adam.parameters, layers, batches.take(starts.subarray(at)).x));
        const values = await output.data();
        output.dispose();
        all.set(values.slice(0, starts.length - at), at);
      }
      return all;
    },
    async readState() {
      const read = async (tensor: tf.Tensor1D) => Float32Array.from(await tensor.data());
      const parameters = await read(adam.parameters);
      const firstMoment = await read(adam.firstMoment);
      return { parameters, firstMoment, secondMoment: await read(adam.secondMoment), updateCount };
    },
    dispose() {
      tf.dispose([adam.parameters, adam.firstMoment, adam.secondMoment, lossSum, mask]);
      batches.dispose();
    },
  };
}

type Batches = {
  /** Up to a batch of windows from the front of `starts`; a short last batch repeats its first window. */
  take(starts: Int32Array): { x: tf.Tensor2D; y: tf.Tensor1D };
  dispose(): void;
};

function openBatches(engine: Engine, { rows, labels, shape, batchSize }: LearningMaterial): Batches {
  const width = shape.lookback * FEATURE_COUNT;
  const whole = (starts: Int32Array): Int32Array => {
    assert(starts.length > 0, "a batch needs a window");
    const batch = new Int32Array(batchSize).fill(starts[0]!);
    batch.set(starts.subarray(0, batchSize));
    return batch;
  };
  if (engine.windows === "host")
    return {
      take(starts) {
        const chosen = whole(starts);
        const x = new Float32Array(batchSize * width);
        chosen.forEach((start, row) =>
          x.set(rows.subarray(start * FEATURE_COUNT, start * FEATURE_COUNT + width), row * width),
        );
        const y = Float32Array.from(chosen, (start) => labels[start]!);
        return { x: tf.tensor2d(x, [batchSize, width]), y: tf.tensor1d(y) };
      },
      dispose() {},
    };
  const matrix = tf.tensor2d(rows, [labels.length, FEATURE_COUNT]);
  const labelled = tf.tensor1d(labels);
  const offsets = tf.range(0, shape.lookback, 1, "int32");
  return {
    take(starts) {
      const chosen = tf.tensor1d(whole(starts), "int32");
      const indices = tf.add(tf.reshape(chosen, [batchSize, 1]), tf.reshape(offsets, [1, shape.lookback])); // [B, lookback]
      const x = tf.reshape(tf.gather(matrix, tf.reshape(indices, [-1]) as tf.Tensor1D), [batchSize, width]); // [B, lookback × F]
      return { x: x as tf.Tensor2D, y: tf.gather(labelled, chosen) as tf.Tensor1D };
    },
    dispose: () => tf.dispose([matrix, labelled, offsets]),
  };
}
