import { beforeEach, describe, expect, it } from "vitest";
import { MAX_WEIGHT_BYTES, type PublishedModel } from "../../domain/wire.ts";
import { rowsOf, World, type Person } from "../testing/world.ts";

const PATH = "/api/models/serving/KRW-BTC";
const METRICS = { windowCount: 1, maeBps: 1, rmseBps: 1, directionalAccuracy: 0.5, informationCoefficient: 0 };
const model = (id: string, weights = "AAAAAA==") => ({
  meta: {
    id,
    formatVersion: 1,
    family: "mlp",
    market: "KRW-BTC",
    intervalMs: 60_000,
    lookback: 64,
    horizon: 15,
    hiddenSizes: [32],
    featureNames: ["return"],
    normaliser: { mean: [0], deviation: [1] },
    targetScaleBps: 10,
    trainedFromMs: 1,
    trainedToMs: 2,
    trainedAtMs: 3,
    epochs: 1,
    seed: 1,
    backend: "cpu",
    metrics: METRICS,
    baselines: { zero: METRICS },
    verdict: "no-better-than-baselines",
  },
  weights,
});

describe("the serving model", () => {
  let world: World;
  let admin: Person;
  let member: Person;
  beforeEach(async () => {
    world = await World.make();
    admin = await world.person("admin", { setUpCode: "set-up-code-of-the-tests" });
    member = await world.person("member");
  });

  it("is published by the admin and picked up by members, once [X3]", async () => {
    expect((await member.ask(`GET ${PATH}`)).body).toEqual({ model: null });
    expect((await member.ask(`PUT ${PATH}`, model("one"))).status).toBe(403);
    expect((await admin.ask(`PUT ${PATH}`, model("one"))).status).toBe(200);
    const got = await member.ask(`GET ${PATH}`);
    expect(got.body).toEqual({ model: model("one") });
    expect(got.headers.get("ETag")).toBe('"one"');
    expect((await member.ask(`GET ${PATH}`, undefined, { "If-None-Match": '"one"' })).status).toBe(304);
    await admin.ask(`PUT ${PATH}`, model("two"));
    const next = await member.ask(`GET ${PATH}`, undefined, { "If-None-Match": '"one"' });
    expect((next.body as unknown as { model: PublishedModel }).model.meta.id).toBe("two");
  });

  it("may be as large as the contract says", async () => {
    const weights = btoa("\u0000".repeat(MAX_WEIGHT_BYTES));
    expect((await admin.ask(`PUT ${PATH}`, model("large", weights))).status).toBe(200);
    const got = (await member.ask(`GET ${PATH}`)).body as unknown as { model: PublishedModel };
    expect(got.model.weights).toHaveLength(weights.length);
    const larger = btoa("\u0000".repeat(MAX_WEIGHT_BYTES + 200_000));
    expect((await admin.ask(`PUT ${PATH}`, model("larger", larger))).status).toBe(413);
  });

  it("never changes under its id, and is of the market it is put at", async () => {
    await admin.ask(`PUT ${PATH}`, model("one"));
    expect((await admin.ask(`PUT ${PATH}`, model("one"))).status).toBe(200);
    expect((await admin.ask(`PUT ${PATH}`, model("one", "AACAPw=="))).body["type"]).toBe("idempotency-conflict");
    expect((await admin.ask("PUT /api/models/serving/KRW-ETH", model("one"))).body["field"]).toBe("meta.market");
    expect((await admin.ask(`PUT ${PATH}`, model('a"b'))).body["field"]).toBe("meta.id");
  });

  it("leaves the four before it in the table", async () => {
    for (let count = 1; count <= 7; count += 1) {
      world.pass(1000);
      await admin.ask(`PUT ${PATH}`, model(`m${count}`));
    }
    const kept = await rowsOf("SELECT id FROM models ORDER BY id");
    expect(kept.map(({ id }) => id)).toEqual(["m3", "m4", "m5", "m6", "m7"]);
  });
});
