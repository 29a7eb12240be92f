import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { CandleColumns } from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs } from "../../domain/units.ts";
import { seededCandles } from "../features/seeded-candles.ts";
import { prepareDataset } from "./dataset.ts";
import { openEngine, type Engine } from "./engine.ts";
import { mayReplace } from "./replacement.ts";
import { openPredictor } from "./predictor.ts";
import type { LearningSettings } from "./settings.ts";
import { trainAndEvaluate, type LearningHooks, type LearningRun } from "./train-and-evaluate.ts";
import { schedule, type Checkpoint, type EpochLoss } from "./trainer.ts";

let engine: Engine;
beforeAll(async () => {
  const opened = await openEngine("cpu", {});
  if (!opened.ok) throw new Error(opened.fault.detail);
  engine = opened.value;
});

const settings: LearningSettings = {
  market: "KRW-BTC" as MarketCode,
  lookback: 8,
  horizon: 5,
  hiddenSizes: [16],
  epochs: 3,
  batchSize: 64,
  learningRate: 0.003,
  seed: 1,
};
const quiet: LearningHooks = {
  nowMs: () => performance.now(),
  shouldStop: () => Promise.resolve(false),
  onProgress: () => Promise.resolve(),
  onPhase: () => Promise.resolve(),
  onCheckpoint: () => Promise.resolve(),
};
const runOf = (changed: Partial<LearningRun> = {}): LearningRun => ({
  id: "test",
  settings,
  engine,
  trainedAtMs: epochMs(0),
  resumed: null,
  ...changed,
});
async function trained(columns: CandleColumns, run = runOf(), hooks = quiet) {
  const outcome = await trainAndEvaluate(columns, run, hooks);
  if (!outcome.ok) throw new Error(outcome.fault.detail);
  if (outcome.value.state !== "done") throw new Error("stopped");
  return outcome.value;
}

/** A drift that turns every hour: the last returns tell which way it goes. */
const planted = (seed: number, count = 6000) =>
  seededCandles({ count, seed, noiseBps: 4, driftBps: (minute) => (Math.floor(minute / 60) % 2 === 0 ? 3 : -3) });
const walk = (seed: number, count = 6000) => seededCandles({ count, seed });

describe("a training", () => {
  it("on a planted pattern beats every baseline, and on a random walk none [M2]", async () => {
    const { model } = await trained(planted(1));
    expect(model.meta.verdict).toBe("beats-baselines");
    expect(model.meta.metrics.informationCoefficient).toBeGreaterThan(0.3);
    expect(Object.keys(model.meta.baselines)).toEqual(["zero-return", "last-return", "mean-return"]);
    for (const seed of [1, 2, 3]) {
      const chance = await trained(walk(seed));
      expect(chance.model.meta.verdict).toBe("no-better-than-baselines");
    }
  });

  it("whose loss is no longer a number fails and makes no model [M10]", async () => {
    const kept: { checkpoint: Checkpoint; history: readonly EpochLoss[] }[] = [];
    const keep: LearningHooks = {
      ...quiet,
      onCheckpoint: async (checkpoint, history) => void kept.push({ checkpoint, history }),
      shouldStop: () => Promise.resolve(kept.length > 0),
    };
    const stopped = await trainAndEvaluate(walk(1), runOf(), keep);
    expect(stopped).toEqual({ ok: true, value: { state: "stopped" } });
    const [{ checkpoint, history }] = kept as [(typeof kept)[number]];
    const broken = { ...checkpoint, parameters: checkpoint.parameters.map(() => Number.NaN) };
    const outcome = await trainAndEvaluate(
      walk(1),
      runOf({ resumed: { checkpoint: broken, history: [...history] } }),
      quiet,
    );
    expect(outcome).toMatchObject({
      ok: false,
      fault: { kind: "refuse", detail: expect.stringContaining("diverged") },
    });
  });

  it("on prices that only bounce between bid and ask predicts well and is still no better [M7]", async () => {
    const columns = seededCandles({ count: 6000, seed: 4, noiseBps: 2, bounceBps: 5 });
    const { model } = await trained(columns);
    expect(model.meta.metrics.informationCoefficient).toBeGreaterThan(0.2);
    expect(model.meta.metrics.rmseBps).toBeLessThan(model.meta.baselines["zero-return"]!.rmseBps);
    expect(model.meta.verdict).toBe("no-better-than-baselines");
  });

  it("gives the same weights for the same seed, and others for another [M1]", async () => {
    const columns = walk(5, 3000);
    const first = await trained(columns);
    const second = await trained(columns);
    const other = await trained(columns, runOf({ settings: { ...settings, seed: 2 } }));
    expect(new Uint8Array(second.model.weights)).toEqual(new Uint8Array(first.model.weights));
    expect(new Uint8Array(other.model.weights)).not.toEqual(new Uint8Array(first.model.weights));
  });

  it("taken up from any epoch's checkpoint ends with the same weights, bit for bit [M1]", async () => {
    const columns = planted(6, 3000);
    const kept: { checkpoint: Checkpoint; history: readonly EpochLoss[] }[] = [];
    const onCheckpoint: LearningHooks["onCheckpoint"] = async (checkpoint, history) => {
      kept.push({ checkpoint, history });
    };
    const whole = await trained(columns, runOf(), { ...quiet, onCheckpoint });
    expect(kept.length).toBeGreaterThan(1);
    for (const resumed of kept) {
      const again = await trained(columns, runOf({ resumed }));
      expect(new Uint8Array(again.model.weights)).toEqual(new Uint8Array(whole.model.weights));
      expect(again.model.meta).toEqual(whole.model.meta);
    }
  });

  it("stops when it is asked to, with no model and no tensor left behind [M4]", async () => {
    const before = tf.memory().numTensors;
    let asked = 0;
    const shouldStop = () => Promise.resolve((asked += 1) > 1);
    const outcome = await trainAndEvaluate(walk(7, 3000), runOf(), { ...quiet, shouldStop });
    expect(outcome).toEqual({ ok: true, value: { state: "stopped" } });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("reports its progress and how long it will take", async () => {
    const seen: { step: number; etaMs: number | null }[] = [];
    let clock = 0;
    const onProgress: LearningHooks["onProgress"] = async (progress) => {
      seen.push(progress);
    };
    await trained(walk(7, 3000), runOf(), { ...quiet, onProgress, nowMs: () => (clock += 60) });
    expect(seen[0]).toMatchObject({ epoch: 1, stepsPerEpoch: 32 });
    expect(seen.every(({ etaMs }) => etaMs !== null && etaMs >= 0)).toBe(true);
    expect(seen.at(-1)!.etaMs).toBeLessThan(seen[0]!.etaMs!);
  });

  it("refuses what it cannot learn from, and says why", async () => {
    const fault = async (columns: CandleColumns, changed: Partial<LearningSettings> = {}) => {
      const outcome = await trainAndEvaluate(columns, runOf({ settings: { ...settings, ...changed } }), quiet);
      return outcome.ok ? null : outcome.fault.detail;
    };
    expect(await fault(walk(1, 200))).toContain("Too few candles without holes: 200 candles");
    expect(await fault(seededCandles({ count: 1000, seed: 1, noiseBps: 0 }))).toContain("never moved");
    expect(await fault(walk(1, 500), { lookback: 1 })).toContain("lookback");
    expect(await fault(walk(1, 500), { lookback: 512, hiddenSizes: [512] })).toContain("weights");
  });
});

describe("the material", () => {
  it("is scaled by the training part alone: test candles change neither normaliser nor target scale [F3]", () => {
    const columns = walk(3, 3000);
    const wild = { ...columns, close: columns.close.slice(), high: columns.high.slice() };
    for (let row = 2600; row < 3000; row += 1) {
      wild.close[row]! *= 1 + (row % 5);
      wild.high[row]! *= 6;
    }
    const [calm, shaken] = [prepareDataset(columns, settings), prepareDataset(wild, settings)];
    expect(calm.ok && shaken.ok).toBe(true);
    if (!calm.ok || !shaken.ok) return;
    expect(shaken.value.normaliser).toEqual(calm.value.normaliser);
    expect(shaken.value.targetScaleBps).toBe(calm.value.targetScaleBps);
    expect(shaken.value.learnedToMs).toBeLessThan(columns.openTimeMs[2600]!);
  });
});

describe("a forecast", () => {
  it("is up about as often as down on a price that only rises: it carries no drift [M11]", async () => {
    const rising = seededCandles({ count: 6000, seed: 4, noiseBps: 3, driftBps: () => 1 });
    const { model } = await trained(rising);
    const material = prepareDataset(rising, settings);
    if (!material.ok) throw new Error(material.fault.detail);
    const { labels, splits } = material.value;
    const mean = splits.train.reduce((sum, start) => sum + labels[start]!, 0) / splits.train.length;
    expect(Math.abs(mean)).toBeLessThan(1e-6);
    const predictor = openPredictor(model);
    if (!predictor.ok) throw new Error(predictor.fault.detail);
    const up = predictor.value.predictWindows(material.value.matrix, splits.test).filter((forecast) => forecast > 0);
    const share = up.length / splits.test.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.25);
  });
});

describe("the learning rate", () => {
  it("warms up, peaks at what was asked for and ends low", () => {
    const rates = Array.from({ length: 200 }, (_, step) => schedule(step, 200));
    expect(rates[0]).toBeCloseTo(0.1);
    expect(Math.max(...rates)).toBe(1);
    expect(rates.indexOf(1)).toBe(9);
    expect(rates.at(-1)).toBeLessThan(0.06);
  });
});

describe("replacing the serving model", () => {
  it("takes a lower error on candles that neither has seen [M8]", async () => {
    const { model: good, dataset } = await trained(planted(1));
    const { model: blind } = await trained(walk(2));
    expect(mayReplace(dataset.matrix, good, blind)).toBe(true);
    expect(mayReplace(dataset.matrix, blind, good)).toBe(false);
    expect(mayReplace(dataset.matrix, good, good)).toBe(false);
  });

  it("keeps the serving one when too few such candles are left to tell [M8]", async () => {
    const { model: good, dataset } = await trained(planted(1));
    const { model: blind } = await trained(walk(2));
    const seenAll = { ...blind, meta: { ...blind.meta, trainedToMs: epochMs(dataset.matrix.openTimeMs.at(-100)!) } };
    expect(mayReplace(dataset.matrix, good, seenAll)).toBe(false);
  });

  it("replaces one that this build cannot run [M8]", async () => {
    const { model, dataset } = await trained(walk(2));
    const foreign = { ...model, meta: { ...model.meta, featureNames: ["other"] } };
    expect(mayReplace(dataset.matrix, model, foreign)).toBe(true);
  });
});
