import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { MAX_WEIGHT_BYTES } from "../../domain/wire.ts";
import { parameterCount } from "./network-layout.ts";

/** What a training is asked to do. */
export type LearningSettings = {
  readonly market: MarketCode;
  readonly lookback: number;
  readonly horizon: number;
  readonly hiddenSizes: readonly number[];
  /** At most; training ends earlier when validation no longer improves. */
  readonly epochs: number;
  readonly batchSize: number;
  /** The peak of the schedule. */
  readonly learningRate: number;
  readonly seed: number;
};

/** An hour of minutes seen, a quarter of an hour ahead: long enough for a move to outgrow fees. The rest was chosen on
 *  planted patterns, not on market data. */
export const DEFAULT_LEARNING = {
  lookback: 64,
  horizon: 15,
  hiddenSizes: [64, 32],
  epochs: 12,
  batchSize: 256,
  learningRate: 0.001,
  seed: 1,
} as const;

const isWhole = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to;

/** Refuses what could not be trained, stored or published, naming the setting. Source of the bounds: `ModelMetaSchema`. */
export function checkSettings(settings: LearningSettings): Result<LearningSettings, Fault> {
  const { lookback, horizon, hiddenSizes, epochs, batchSize, learningRate, seed } = settings;
  const broken = [
    [isWhole(lookback, 2, 512), "lookback must be a whole number from 2 to 512"],
    [isWhole(horizon, 1, 240), "horizon must be a whole number from 1 to 240"],
    [hiddenSizes.length <= 4, "there can be at most four hidden layers"],
    [hiddenSizes.every((size) => isWhole(size, 1, 1024)), "a hidden layer has 1 to 1024 units"],
    [isWhole(epochs, 1, 1000), "epochs must be a whole number from 1 to 1000"],
    [isWhole(batchSize, 8, 4096), "batchSize must be a whole number from 8 to 4096"],
    [learningRate > 0 && learningRate <= 1, "learningRate must be above 0 and at most 1"],
    [isWhole(seed, 0, 2 ** 32 - 1), "seed must be a whole number from 0 to 4294967295"],
  ].find(([fits]) => fits === false);
  const refuse = (detail: string) => fail<Fault>({ type: "bad-input", kind: "refuse", detail });
  if (broken !== undefined) return refuse(`The training's settings do not fit: ${broken[1]}.`);
  if (parameterCount(settings) * 4 > MAX_WEIGHT_BYTES)
    return refuse(`The network has ${parameterCount(settings)} weights; ${MAX_WEIGHT_BYTES / 4} can be published.`);
  return ok(settings);
}
