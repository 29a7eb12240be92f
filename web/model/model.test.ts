import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../domain/units.ts";
import { FEATURE_COUNT, FEATURE_NAMES, featureMatrix } from "../features/feature-matrix.ts";
import { lehmer, seededCandles } from "../features/seeded-candles.ts";
import { windowStarts } from "../features/windows.ts";
import { adamW, type AdamState } from "./adam.ts";
import { fromPublished, toPublished } from "./artifact.ts";
import { backendOrder, openEngine, probeAdapter, type AdapterSource, type Engine } from "./engine.ts";
import { forward } from "./forward.ts";
import { openLearner, type LearnerState } from "./learner.ts";
import { initialParameters, layersOf, parameterCount } from "./network-layout.ts";
import { openPredictor, type PredictingMeta } from "./predictor.ts";

let engine: Engine;
beforeAll(async () => {
  const opened = await openEngine("cpu", {});
  if (!opened.ok) throw new Error(opened.fault.detail);
  engine = opened.value;
});

const shape = { lookback: 8, hiddenSizes: [12, 6] };
const batchSize = 16;
/** A learner over random rows whose labels hang on them, and where it starts. */
function material(seed = 1) {
  const random = lehmer(seed);
  const labels = Float32Array.from({ length: 200 }, () => random() * 4 - 2);
  const rows = Float32Array.from({ length: 200 * FEATURE_COUNT }, () => random() * 2 - 1);
  return { rows, labels, shape, batchSize };
}
function startState(seed = 1): LearnerState {
  const parameters = initialParameters(shape, seed).map((value, at) => value + ((at % 7) - 3) * 0.01);
  const zeros = () => new Float32Array(parameters.length);
  return { parameters, firstMoment: zeros(), secondMoment: zeros(), updateCount: 0 };
}
const starts = (count: number, from = 0) => Int32Array.from({ length: count }, (_, at) => from + ((at * 5) % 150));

describe("the engine", () => {
  it("prefers a real adapter, then wasm, then cpu, and takes a software adapter only when it is named [M6]", () => {
    const real = { description: "real", software: false };
    const software = { description: "SwiftShader", software: true };
    expect(backendOrder("auto", real)).toEqual(["webgpu", "wasm", "cpu"]);
    expect(backendOrder("auto", software)).toEqual(["wasm", "cpu"]);
    expect(backendOrder("auto", null)).toEqual(["wasm", "cpu"]);
    expect(backendOrder("webgpu", software)).toEqual(["webgpu", "wasm", "cpu"]);
    expect(backendOrder("webgpu", null)).toEqual(["wasm", "cpu"]);
    expect(backendOrder("wasm", real)).toEqual(["wasm", "cpu"]);
    expect(backendOrder("cpu", real)).toEqual(["cpu"]);
  });

  it("asks the browser for the adapter, and takes none or a refusal as none [M6]", async () => {
    type Adapter = Awaited<ReturnType<AdapterSource["requestAdapter"]>>;
    const answering = (adapter: Adapter) => probeAdapter({ requestAdapter: () => Promise.resolve(adapter) });
    expect(await probeAdapter(undefined)).toBeNull();
    expect(await answering(null)).toBeNull();
    expect(await probeAdapter({ requestAdapter: () => Promise.reject(new Error("no")) })).toBeNull();
    const info = { vendor: "google", architecture: "swiftshader", description: "", isFallbackAdapter: true };
    expect(await answering({ info })).toEqual({ description: "google swiftshader", software: true });
    expect(await answering({ isFallbackAdapter: true })).toEqual({ description: "unnamed adapter", software: true });
    expect(await answering({ info: { vendor: "nvidia" } })).toEqual({ description: "nvidia", software: false });
  });

  it("says which backend really runs when the wanted one is not there [M6]", async () => {
    const opened = await openEngine("webgpu", {});
    expect(opened.ok && opened.value).toEqual({ name: "cpu", adapter: null, windows: "host" });
    expect(tf.getBackend()).toBe("cpu");
  });
});

describe("an update", () => {
  it("is AdamW with a clipped gradient, as the papers write it [M5]", () => {
    const count = 40;
    const random = lehmer(3);
    const tensorOf = (numbers: Float64Array) => tf.tensor1d(Float32Array.from(numbers));
    const values = () => Float64Array.from({ length: count }, () => random() * 2 - 1);
    const mask = Float64Array.from({ length: count }, (_, at) => (at % 4 === 0 ? 0 : 1));
    let [parameters, first, second] = [values(), new Float64Array(count), new Float64Array(count)];
    let state: AdamState = {
      parameters: tensorOf(parameters),
      firstMoment: tf.zeros([count]),
      secondMoment: tf.zeros([count]),
    };
    for (let updateCount = 1; updateCount <= 30; updateCount += 1) {
      const gradient = values().map((value) => value * (updateCount % 3 === 0 ? 5 : 0.05));
      state = adamW(state, tensorOf(gradient), { mask: tensorOf(mask), learningRate: 0.01, updateCount });
      const cut = 1 / Math.max(1, Math.hypot(...gradient));
      first = first.map((moment, at) => 0.9 * moment + 0.1 * cut * gradient[at]!);
      second = second.map((moment, at) => 0.999 * moment + 0.001 * (cut * gradient[at]!) ** 2);
      parameters = parameters.map((value, at) => {
        const corrected = first[at]! / (1 - 0.9 ** updateCount);
        const scale = Math.sqrt(second[at]! / (1 - 0.999 ** updateCount)) + 1e-8;
        return value - 0.01 * (corrected / scale) - 0.01 * 0.05 * mask[at]! * value;
      });
    }
    const got = state.parameters.dataSync();
    parameters.forEach((value, at) => expect(got[at]).toBeCloseTo(value, 4));
  });

  it("follows the loss's own gradient, measured by differences [M5]", async () => {
    const input = material();
    const chosen = starts(batchSize);
    const lossAt = async (parameters: Float32Array) => {
      const learner = openLearner(engine, input, { ...startState(), parameters });
      learner.step(chosen, 0);
      const loss = await learner.readLoss();
      learner.dispose();
      return loss;
    };
    const learner = openLearner(engine, input, startState());
    learner.step(chosen, 0);
    // After one update the first moment is a tenth of the gradient, which is short enough here not to be clipped.
    const { firstMoment } = await learner.readState();
    learner.dispose();
    expect(Math.hypot(...firstMoment.map((value) => value * 10))).toBeLessThan(1);
    for (let at = 0; at < firstMoment.length; at += 37) {
      const moved = (by: number) => startState().parameters.map((value, other) => (other === at ? value + by : value));
      const slope = ((await lossAt(moved(0.005))) - (await lossAt(moved(-0.005)))) / 0.01;
      expect(firstMoment[at]! * 10).toBeCloseTo(slope, 3);
    }
  });
});

describe("the learner", () => {
  it("is the same whether windows are cut on the host or on the device [M1]", async () => {
    const results: LearnerState[] = [];
    for (const windows of ["host", "device"] as const) {
      const learner = openLearner({ ...engine, windows }, material(), startState());
      for (let step = 0; step < 10; step += 1) learner.step(starts(batchSize, step), 0.01);
      results.push(await learner.readState());
      learner.dispose();
    }
    expect(results[1]).toEqual(results[0]);
  });

  it("leaves no tensor behind, neither by a step nor at its end [M4]", async () => {
    const before = tf.memory().numTensors;
    for (const windows of ["host", "device"] as const) {
      const learner = openLearner({ ...engine, windows }, material(), startState());
      learner.step(starts(batchSize), 0.01);
      const during = tf.memory().numTensors;
      for (let step = 0; step < 5; step += 1) {
        learner.step(starts(batchSize, step), 0.01);
        await learner.settle();
      }
      await learner.readLoss();
      await learner.predict(starts(50));
      await learner.readState();
      expect(tf.memory().numTensors).toBe(during);
      learner.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  });
});

const columns = seededCandles({ count: 400, seed: 8, isSilent: (minute) => minute % 37 === 5 });
const meta: PredictingMeta = {
  lookback: shape.lookback,
  hiddenSizes: shape.hiddenSizes,
  featureNames: [...FEATURE_NAMES],
  normaliser: { mean: Array<number>(FEATURE_COUNT).fill(0.1), deviation: Array<number>(FEATURE_COUNT).fill(3) },
  targetScaleBps: 20,
  intervalMs: MINUTE_MS,
};
const weights = Float32Array.from(startState(5).parameters).buffer;
const model = { meta, weights };
const opened = () => {
  const predictor = openPredictor(model);
  if (!predictor.ok) throw new Error(predictor.fault.detail);
  return predictor.value;
};

describe("the predictor", () => {
  it("answers on the newest candles alone what training's matrix answers for the same window [M3]", () => {
    const predictor = opened();
    const matrix = featureMatrix(columns, MINUTE_MS);
    const all = windowStarts(matrix, { lookback: shape.lookback, horizon: 1 });
    expect(predictor.candlesNeeded).toBe(68);
    for (const start of all.filter((_, at) => at % 25 === 0)) {
      const endMs = matrix.openTimeMs[start + shape.lookback - 1]!;
      const until = columns.openTimeMs.indexOf(endMs) + 1;
      const seen = Object.fromEntries(
        Object.entries(columns).map(([name, column]) => [name, column.subarray(0, until)]),
      );
      const answer = predictor.predict(seen as typeof columns);
      const [expected] = predictor.predictWindows(matrix, Int32Array.of(start));
      expect(answer).toEqual({ ok: true, value: { candleOpenMs: endMs, expectedReturnBps: expected } });
    }
  });

  it("computes what the engine computes [M3]", async () => {
    const input = material(4);
    const learner = openLearner(engine, input, startState(5));
    const chosen = starts(40);
    const theirs = await learner.predict(chosen);
    learner.dispose();
    chosen.forEach((start, at) => {
      const window = input.rows.subarray(start * FEATURE_COUNT, (start + shape.lookback) * FEATURE_COUNT);
      expect(forward(startState(5).parameters, layersOf(shape), window)).toBeCloseTo(theirs[at]!, 5);
    });
  });

  it("says how many candles it has of those it needs, and begins anew behind a hole", () => {
    const predictor = opened();
    const holed = seededCandles({ count: 100, seed: 2, isSilent: (minute) => minute >= 40 && minute < 60 });
    expect(predictor.predict(holed)).toEqual({ ok: false, fault: { have: 40, need: 68 } });
    expect(predictor.candlesHave(seededCandles({ count: 0, seed: 2 }))).toBe(0);
    expect(predictor.candlesHave(columns)).toBe(68);
  });

  it("refuses weights or features that are not its own [M9]", () => {
    const refused = (changed: Partial<PredictingMeta>, bytes = weights) =>
      openPredictor({ meta: { ...meta, ...changed }, weights: bytes }).ok;
    expect(refused({})).toBe(true);
    expect(refused({ lookback: 9 })).toBe(false);
    expect(refused({ featureNames: meta.featureNames.toReversed() })).toBe(false);
    expect(refused({ normaliser: { mean: [0], deviation: [1] } })).toBe(false);
    expect(refused({}, weights.slice(0, -4))).toBe(false);
    expect(refused({}, new Float32Array(parameterCount(shape)).fill(NaN).buffer)).toBe(false);
  });
});

describe("a published model", () => {
  it("comes back with the same bytes [M9]", () => {
    const published = toPublished({ meta: meta as never, weights });
    expect(published.weights).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(new Uint8Array(fromPublished(published).weights)).toEqual(new Uint8Array(weights));
  });
});
