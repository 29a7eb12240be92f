import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import { CANDLE_COLUMNS, type CandleColumns } from "../../domain/candle.ts";
import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { fail, ok } from "../../domain/result.ts";
import { kstDayOf } from "../../domain/time.ts";
import { epochMs } from "../../domain/units.ts";
import type { PublishedModel } from "../../domain/wire.ts";
import { seededCandles } from "../features/seeded-candles.ts";
import { storeDay } from "../store/candle-store.ts";
import { openDatabase, type ObservatorDatabase } from "../store/database.ts";
import { modelById } from "../store/model-store.ts";
import type { CheckpointRow, TrainingRow, TrainingSettings } from "../store/tables.ts";
import { nextTraining, putCheckpoint, readTraining, requestTraining, stopTraining } from "../store/training-store.ts";
import { runTraining, type TrainingPorts } from "./run-training.ts";

const market = "KRW-BTC" as MarketCode;
const settings: TrainingSettings = {
  market,
  days: 10,
  lookback: 8,
  horizon: 5,
  hiddenSizes: [8],
  epochs: 3,
  batchSize: 64,
  learningRate: 0.003,
  seed: 1,
  backend: "cpu",
};
const columns = seededCandles({
  count: 3000,
  seed: 3,
  noiseBps: 4,
  driftBps: (minute) => (minute % 120 < 60 ? 3 : -3),
});

let db: ObservatorDatabase;
let databases = 0;
/** What the relay was given, and what it answers. */
let sent: PublishedModel[];
let serving: PublishedModel | null;
let refusal: Fault | null;
const ports = (): TrainingPorts => ({
  db,
  wasmUrl: "",
  gpu: undefined,
  wallNow: () => epochMs(1_000_000),
  relay: {
    servingModel: () => Promise.resolve(ok({ changed: true, model: serving, etag: null })),
    publishModel: async (model) => {
      if (refusal !== null) return fail(refusal);
      sent.push(model);
      return ok(null);
    },
  },
});

/** Stores candles day by day, as backfilling does. */
async function storeCandles(all: CandleColumns): Promise<void> {
  const rows = Map.groupBy(all.openTimeMs.keys(), (row) => kstDayOf(epochMs(all.openTimeMs[row]!)));
  for (const [kstDay, chosen] of rows) {
    const part = CANDLE_COLUMNS.map((name) => [name, Float64Array.from(chosen, (row) => all[name][row]!)]);
    await storeDay(db, { market, kstDay, columns: Object.fromEntries(part) as CandleColumns }, epochMs(0));
  }
}

async function requested(id: string, changed: Partial<TrainingSettings> = {}): Promise<TrainingRow> {
  return requestTraining(db, { ...settings, ...changed }, { id, nowMs: epochMs(1) });
}
async function ended(row: TrainingRow): Promise<TrainingRow> {
  await runTraining(ports(), row);
  return (await readTraining(db, row.id))!;
}

beforeEach(async () => {
  db = openDatabase(`training-${(databases += 1)}`);
  [sent, serving, refusal] = [[], null, null];
  await storeCandles(columns);
});

describe("a training in the worker", () => {
  it("ends with its figures in its row, its model in the store and, as none serves yet, published [M8]", async () => {
    const row = await ended(await requested("a"));
    expect(row).toMatchObject({ state: "done", phase: "ended", backend: "cpu", published: "yes", fault: null });
    expect(row.history.length).toBeGreaterThan(0);
    expect(row.metrics?.windowCount).toBeGreaterThan(100);
    expect(Object.keys(row.baselines ?? {})).toContain("zero-return");
    expect((await modelById(db, row.modelId!))?.source).toBe("published");
    expect(sent.map(({ meta }) => meta.id)).toEqual(["a"]);
    expect(await db.checkpoints.count()).toBe(0);
    expect(await nextTraining(db)).toBeNull();
  });

  it("does not replace a serving model that is as good on candles that neither has seen [M8]", async () => {
    await ended(await requested("a"));
    serving = sent[0]!;
    const again = await ended(await requested("b"));
    expect(again).toMatchObject({ state: "done", published: "not-better" });
    expect(sent).toHaveLength(1);
    expect((await modelById(db, "b"))?.source).toBe("trained");
  });

  it("keeps the model when the relay refuses it, and says so", async () => {
    refusal = { type: "forbidden", kind: "refuse", detail: "Admins publish." };
    const row = await ended(await requested("a"));
    expect(row).toMatchObject({ state: "done", published: "refused", fault: "Admins publish." });
    expect((await modelById(db, "a"))?.source).toBe("trained");
  });

  it("fails in words when there is too little to learn from", async () => {
    const row = await ended(await requested("a", { market: "KRW-ETH" as MarketCode }));
    expect(row).toMatchObject({ state: "failed", phase: "ended", modelId: null });
    expect(row.fault).toContain("Too few candles");
  });

  it("stops when it is asked to, and keeps no model", async () => {
    const row = await requested("a", { epochs: 1000, hiddenSizes: [64] });
    const run = runTraining(ports(), row);
    // The row says "running" before a stop can be asked for, as on the screen.
    while ((await readTraining(db, "a"))?.phase !== "training") await new Promise((done) => setTimeout(done, 5));
    await stopTraining(db, "a", epochMs(2));
    await run;
    expect(await readTraining(db, "a")).toMatchObject({ state: "stopped", phase: "ended", modelId: null });
    expect(await db.models.count()).toBe(0);
  });
});

describe("a training whose tab was closed", () => {
  /** Runs a training and keeps what its row and checkpoint were after the first epoch. */
  async function interrupted(
    id: string,
  ): Promise<{ row: TrainingRow; checkpoint: CheckpointRow; weights: ArrayBuffer }> {
    const row = await requested(id);
    let first: CheckpointRow | undefined;
    db.checkpoints.hook("creating", (_, made) => {
      first ??= structuredClone(made);
    });
    const whole = await ended(row);
    return {
      row: { ...row, state: "running", history: whole.history.slice(0, 1) },
      checkpoint: first!,
      weights: (await modelById(db, id))!.weights,
    };
  }
  async function takenUp(row: TrainingRow, checkpoint: CheckpointRow): Promise<ArrayBuffer> {
    await db.trainings.put(row);
    await putCheckpoint(db, checkpoint);
    const found = await nextTraining(db);
    expect((await ended(found!)).state).toBe("done");
    return (await modelById(db, row.id))!.weights;
  }

  it("is taken up from its checkpoint and ends with the same weights [M1]", async () => {
    const { row, checkpoint, weights } = await interrupted("a");
    expect(checkpoint.epoch).toBe(1);
    expect(new Uint8Array(await takenUp(row, checkpoint))).toEqual(new Uint8Array(weights));
    expect((await readTraining(db, "a"))?.history[0]).toEqual(row.history[0]);
    const other = { ...checkpoint, parameters: checkpoint.firstMoment };
    expect(new Uint8Array(await takenUp(row, other))).not.toEqual(new Uint8Array(weights));
  });

  it("begins anew when the candles of its checkpoint are not the ones in the store [M1]", async () => {
    const { row, checkpoint, weights } = await interrupted("a");
    const changed = { ...checkpoint, candleCount: checkpoint.candleCount - 1, parameters: checkpoint.firstMoment };
    expect(new Uint8Array(await takenUp(row, changed))).toEqual(new Uint8Array(weights));
  });
});
