import { beforeEach, describe, expect, it } from "vitest";
import { refusalFault } from "./exchange-fault.ts";
import { World, type Person } from "../testing/world.ts";

const TOKEN = "t".repeat(32);
const HOP = { EGRESS_URL: "http://127.0.0.1:2", EGRESS_TOKEN: TOKEN };
const ORDER = {
  idempotencyKey: "6f9bb4f5-5a07-4a0c-9d9c-3f1c2f0c9a11",
  origin: "manual",
  request: { kind: "limit", market: "KRW-BTC", side: "bid", price: "10000000", volume: "0.001" },
};

describe("the fixed-address hop", () => {
  let world: World;
  let trader: Person;
  beforeEach(async () => {
    world = await World.make(HOP);
    trader = await world.trader("hong");
  });
  const place = async () => (await trader.ask("POST /api/orders", ORDER)).body["order"]!;

  it("gets every request with its token and the exchange it is for, and never the browser's origin [X16]", async () => {
    await trader.ask("GET /api/assets", undefined, { Origin: "https://relay.example" });
    expect(await place()).toMatchObject({ state: "accepted" });
    expect(world.exchange.seen.length).toBeGreaterThan(2);
    for (const { headers } of world.exchange.seen.filter(({ path }) => path.startsWith("/v1/")))
      expect([headers.get("X-Egress-Token"), headers.get("X-Egress-To"), headers.has("Origin")]).toEqual([
        TOKEN,
        "127.0.0.1:1",
        false,
      ]);
  });

  it("is not there without EGRESS_URL: no token leaves [X16]", async () => {
    const straight = await World.make();
    await straight.trader("kim");
    await straight.ask("GET /api/markets");
    expect(straight.exchange.seen.some(({ headers }) => headers.has("X-Egress-Token"))).toBe(false);
  });

  it.each(["is-busy", "refuses"] as const)("that %s has sent nothing: the order did not happen [X16]", async (hop) => {
    world.exchange.hop = hop;
    const placed = await trader.ask("POST /api/orders", ORDER);
    expect(placed.body).toMatchObject({ type: "exchange-unreachable", kind: "retry", exchangeError: "not_sent" });
    expect(world.exchange.seen.filter(({ path }) => path.startsWith("/v1/"))).toEqual([]);
    const assets = await trader.ask("GET /api/assets");
    expect(assets.body).toMatchObject({ type: "exchange-unreachable", kind: "retry" });
    expect(assets.body["retryAfterMs"]).toBe(hop === "is-busy" ? 1_000 : 30_000);
  });

  it("whose answer is not marked leaves an order unknown, whatever the answer says [X16]", async () => {
    // The facts that limits are held against were asked for before.
    const first = { kind: "limit", market: "KRW-BTC", side: "bid", price: "50000000", volume: "0.001" };
    await trader.ask("POST /api/orders", { ...ORDER, idempotencyKey: crypto.randomUUID(), request: first });
    await world.settle();
    world.exchange.hop = "is-something-else";
    expect(await place()).toMatchObject({ state: "unknown" });
    await world.settle();
  });

  it("is named in a refusal that says that nothing was sent", () => {
    expect(refusalFault("not_sent")).toMatchObject({ type: "exchange-unreachable", kind: "retry" });
  });
});
