import * as tf from "@tensorflow/tfjs-core";

export type AdamState = {
  readonly parameters: tf.Tensor1D;
  readonly firstMoment: tf.Tensor1D;
  readonly secondMoment: tf.Tensor1D;
};

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const EPSILON = 1e-8;
/** Pull of the weights towards zero, times the learning rate. Minutes are mostly noise: without a pull the network
 *  learns them by heart. */
const WEIGHT_DECAY = 0.05;
/** Longest gradient that is taken as it is; one wild minute must not throw the weights away. */
const MOST_GRADIENT_NORM = 1;

/** One AdamW update of the whole flat vector. The bias corrections are folded into the step size on the host.
 *  @param update `updateCount` counts from 1; `mask` is 1 where weights decay
 *  Source: Loshchilov and Hutter 2019, algorithm 2; Kingma and Ba 2015, section 2. Rule M5. */
export function adamW(
  state: AdamState,
  gradient: tf.Tensor1D,
  update: { readonly mask: tf.Tensor1D; readonly learningRate: number; readonly updateCount: number },
): AdamState {
  const { mask, learningRate, updateCount } = update;
  const norm = tf.norm(gradient);
  const cut = tf.mul(gradient, tf.div(MOST_GRADIENT_NORM, tf.maximum(norm, MOST_GRADIENT_NORM)));
  const firstMoment = tf.add(tf.mul(state.firstMoment, FIRST_DECAY), tf.mul(cut, 1 - FIRST_DECAY));
  const secondMoment = tf.add(tf.mul(state.secondMoment, SECOND_DECAY), tf.mul(tf.square(cut), 1 - SECOND_DECAY));
  const secondCorrection = Math.sqrt(1 - SECOND_DECAY ** updateCount);
  const stepSize = (learningRate * secondCorrection) / (1 - FIRST_DECAY ** updateCount);
  const step = tf.div(tf.mul(firstMoment, stepSize), tf.add(tf.sqrt(secondMoment), EPSILON * secondCorrection));
  const decay = tf.mul(tf.mul(state.parameters, mask), learningRate * WEIGHT_DECAY);
  return {
    parameters: tf.sub(tf.sub(state.parameters, step), decay) as tf.Tensor1D,
    firstMoment: firstMoment as tf.Tensor1D,
    secondMoment: secondMoment as tf.Tensor1D,
  };
}
