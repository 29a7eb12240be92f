import { FEATURE_COUNT } from "../features/feature-matrix.ts";
import { normalFrom, randomFrom } from "./random.ts";

/** Where a dense layer lies in the one flat vector of parameters: weights [inputs, outputs] row by row, then biases. */
export type Layer = {
  readonly inputs: number;
  readonly outputs: number;
  readonly weightsAt: number;
  readonly biasesAt: number;
};

/** Sizes that shape the network: a window of `lookback` rows, flattened, through `hiddenSizes` to one number. */
export type NetworkShape = { readonly lookback: number; readonly hiddenSizes: readonly number[] };

export function layersOf({ lookback, hiddenSizes }: NetworkShape): Layer[] {
  const sizes = [lookback * FEATURE_COUNT, ...hiddenSizes, 1];
  const layers: Layer[] = [];
  let at = 0;
  for (let layer = 1; layer < sizes.length; layer += 1) {
    const inputs = sizes[layer - 1]!;
    const outputs = sizes[layer]!;
    layers.push({ inputs, outputs, weightsAt: at, biasesAt: at + inputs * outputs });
    at += (inputs + 1) * outputs;
  }
  return layers;
}

export function parameterCount(shape: NetworkShape): number {
  const head = layersOf(shape).at(-1)!;
  return head.biasesAt + head.outputs;
}

/** Seeded start: hidden weights normal with variance 2 / inputs (He et al. 2015, for ReLU), biases zero, head zero: an
 *  untrained network says what the zero-return baseline says. */
export function initialParameters(shape: NetworkShape, seed: number): Float32Array {
  const parameters = new Float32Array(parameterCount(shape));
  const normal = normalFrom(randomFrom(seed));
  for (const { inputs, weightsAt, biasesAt } of layersOf(shape).slice(0, -1)) {
    const deviation = Math.sqrt(2 / inputs);
    for (let at = weightsAt; at < biasesAt; at += 1) parameters[at] = normal() * deviation;
  }
  return parameters;
}

/** 1 for weights, 0 for biases: only weights decay. */
export function decayMask(shape: NetworkShape): Float32Array {
  const mask = new Float32Array(parameterCount(shape));
  for (const { weightsAt, biasesAt } of layersOf(shape)) mask.fill(1, weightsAt, biasesAt);
  return mask;
}
