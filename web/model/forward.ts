import type { Layer } from "./network-layout.ts";

/** The network in plain arithmetic, for one window at a time: the live path needs one answer a minute, and this way it
 *  carries no engine. Sums in float64; a test holds it against the engine's answer. Rule M3.
 *  @param window [lookback × features], standard deviations
 *  @returns the head's output, unit: target scales */
export function forward(parameters: Float32Array, layers: readonly Layer[], window: Float32Array): number {
  let values: Float32Array | Float64Array = window;
  layers.forEach(({ inputs, outputs, weightsAt, biasesAt }, index) => {
    const sums = Float64Array.from(parameters.subarray(biasesAt, biasesAt + outputs));
    for (let input = 0; input < inputs; input += 1) {
      const value = values[input]!;
      if (value === 0) continue;
      const row = weightsAt + input * outputs;
      for (let output = 0; output < outputs; output += 1) sums[output]! += value * parameters[row + output]!;
    }
    values = index === layers.length - 1 ? sums : sums.map((sum) => Math.max(0, sum));
  });
  return values[0]!;
}
