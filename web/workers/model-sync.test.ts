import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { epochMs } from "../../domain/units.ts";
import type { ModelMeta } from "../../domain/wire.ts";
import { FEATURE_COUNT, FEATURE_NAMES } from "../features/feature-matrix.ts";
import { toPublished } from "../model/artifact.ts";
import { parameterCount } from "../model/network-layout.ts";
import type { ServingModel } from "../relay-client.ts";
import { openDatabase, type ObservatorDatabase } from "../store/database.ts";
import { modelById, putModel } from "../store/model-store.ts";
import type { ModelRow } from "../store/tables.ts";
import { ModelSync, REFRESH_MS } from "./model-sync.ts";

const MARKET = "KRW-BTC" as MarketCode;
const METRICS = { windowCount: 1, maeBps: 1, rmseBps: 1, directionalAccuracy: 0.5, informationCoefficient: 0 };
const SHAPE = { lookback: 2, hiddenSizes: [2] };
const rowOf = (id: string, storedAtMs: number, source: ModelRow["source"], features = FEATURE_NAMES): ModelRow => ({
  id,
  meta: {
    id,
    formatVersion: 1,
    family: "mlp",
    market: MARKET,
    intervalMs: 60_000,
    ...SHAPE,
    horizon: 1,
    featureNames: [...features],
    normaliser: { mean: Array(FEATURE_COUNT).fill(0), deviation: Array(FEATURE_COUNT).fill(1) },
    targetScaleBps: 1,
    trainedFromMs: epochMs(0),
    trainedToMs: epochMs(1),
    trainedAtMs: epochMs(2),
    epochs: 1,
    seed: 1,
    backend: "cpu",
    metrics: METRICS,
    baselines: {},
    verdict: "no-better-than-baselines",
  } satisfies ModelMeta,
  weights: new Float32Array(parameterCount(SHAPE)).buffer,
  source,
  storedAtMs: epochMs(storedAtMs),
});

let db: ObservatorDatabase;
let names = 0;
let wallMs: number;
let answer: Result<ServingModel, Fault>;
let etags: (string | undefined)[];
let sync: ModelSync;
const servingId = async () => (await sync.serving(MARKET))?.modelId ?? null;
/** Lets a refresh in the background end. */
const later = () => new Promise((resolve) => setTimeout(resolve, 20));

beforeEach(() => {
  db = openDatabase(`models-test-${names++}`);
  wallMs = 1_000_000;
  answer = fail({ type: "offline", kind: "retry", detail: "x" });
  etags = [];
  sync = new ModelSync({
    db,
    relay: {
      servingModel: (_market, etag) => {
        etags.push(etag);
        return Promise.resolve(answer);
      },
    },
    wallNow: () => epochMs(wallMs),
  });
});
afterEach(() => db.delete());

describe("the model in use", () => {
  it("is the published one, which is then stored here [C13]", async () => {
    await putModel(db, rowOf("trained", 5, "trained"));
    const published = toPublished(rowOf("published", 0, "published"));
    answer = ok({ changed: true, model: published, etag: '"published"' });
    expect(await servingId()).toBe("published");
    expect((await modelById(db, "published"))?.source).toBe("published");
  });

  it("is asked for again after a minute, with the name of the one at hand [C13]", async () => {
    answer = ok({ changed: true, model: toPublished(rowOf("first", 0, "published")), etag: '"first"' });
    await servingId();
    await later();
    answer = ok({ changed: true, model: toPublished(rowOf("second", 0, "published")), etag: '"second"' });
    wallMs += REFRESH_MS - 1;
    expect(await servingId()).toBe("first");
    wallMs += 1;
    await servingId();
    await later();
    expect(await servingId()).toBe("second");
    expect(etags).toEqual([undefined, '"first"']);
  });

  it("is the last one published while the relay is silent, and without that the newest trained here [C13]", async () => {
    expect(await servingId()).toBeNull();
    await putModel(db, rowOf("trained", 5, "trained"));
    wallMs += 5_000;
    expect(await servingId()).toBe("trained");
    await later();
    await putModel(db, rowOf("published", 3, "published"));
    wallMs += REFRESH_MS;
    await servingId();
    await later();
    expect(await servingId()).toBe("published");
  });

  it("is none when this build cannot run it [C13]", async () => {
    await putModel(db, rowOf("foreign", 5, "published", ["x"] as never));
    expect(await servingId()).toBeNull();
  });
});
