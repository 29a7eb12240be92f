import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DAY_MS, epochMs, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { ring } from "./ring.ts";
import { rowsOf, World, type Person } from "../testing/world.ts";

const REQUEST = { kind: "market-bid", market: "KRW-BTC", side: "bid", total: "10000" };
const SEND = "POST /v1/orders";

let world: World;
let trader: Person;
beforeEach(async () => {
  world = await World.make();
  trader = await world.trader("trader");
});
const entry = (atMs: number) => ({
  request: REQUEST,
  schedule: { every: "once", atMs },
  windowMs: 10 * MINUTE_MS,
});
const reserve = async (atMs: number): Promise<string> => {
  const made = await trader.ask("POST /api/reservations", { idempotencyKey: crypto.randomUUID(), ...entry(atMs) });
  await world.settle();
  return String(made.body["reservation"]!["id"]);
};
const change = async (route: string, body?: object): Promise<void> => {
  const { status } = await trader.ask(route, body);
  expect(status).toBe(200);
  await world.settle();
};
const sweep = async (): Promise<void> => {
  await world.sweep();
  await world.settle();
};
const sent = (): number => world.exchange.requests(SEND).length;
const intents = async (): Promise<number[]> =>
  (await rowsOf("SELECT intent_wall_ms FROM orders WHERE intent_wall_ms IS NOT NULL ORDER BY intent_wall_ms")).map(
    (row) => Number(row["intent_wall_ms"]),
  );

describe("the alarm", () => {
  it("fires each reservation at its time, without the cron, and is not set when none waits [X54]", async () => {
    const [first, second] = [world.nowMs + 20 * SECOND_MS, world.nowMs + DAY_MS];
    await reserve(second);
    await reserve(first);
    expect(world.alarmMs).toBe(first);
    await world.ring();
    expect([sent(), world.alarmMs]).toEqual([1, second]);
    await world.ring();
    expect([sent(), world.alarmMs]).toEqual([2, Infinity]);
    const [one, other] = await intents();
    expect(one! >= first && one! < first + 2 * SECOND_MS).toBe(true);
    expect(other! >= second && other! < second + 2 * SECOND_MS).toBe(true);
  });

  it("fires a reservation once when it rings twice, and together with the cron [X8] [X54]", async () => {
    await reserve(world.nowMs + 20 * SECOND_MS);
    world.pass(20 * SECOND_MS);
    await Promise.all([ring(world.relay), ring(world.relay), world.sweep(), ring(world.relay)]);
    await world.settle();
    await sweep();
    expect([sent(), world.exchange.orders.size]).toEqual([1, 1]);
  });

  it("that was lost is mended by the cron, which also sets it again [X54]", async () => {
    const [first, second] = [world.nowMs + 20 * SECOND_MS, world.nowMs + 3 * MINUTE_MS];
    await reserve(first);
    await reserve(second);
    world.alarmMs = Infinity;
    world.pass(MINUTE_MS);
    await sweep();
    expect([sent(), world.alarmMs]).toEqual([1, second]);
  });

  it("that comes too early fires nothing and is set again [X54]", async () => {
    const dueMs = world.nowMs + 20 * SECOND_MS;
    await reserve(dueMs);
    world.alarmMs = dueMs - 10 * SECOND_MS;
    await world.ring();
    expect([sent(), world.alarmMs]).toEqual([0, dueMs]);
    await world.ring();
    expect([sent(), world.alarmMs]).toEqual([1, Infinity]);
  });

  it("follows an edit to an earlier and to a later time [X51] [X54]", async () => {
    const beganMs = world.nowMs;
    const id = await reserve(beganMs + 10 * MINUTE_MS);
    await change(`PUT /api/reservations/${id}`, entry(beganMs + MINUTE_MS));
    expect(world.alarmMs).toBe(beganMs + MINUTE_MS);
    await change(`PUT /api/reservations/${id}`, entry(beganMs + 5 * MINUTE_MS));
    await world.ring();
    expect([sent(), world.alarmMs]).toEqual([0, beganMs + 5 * MINUTE_MS]);
    await world.ring();
    expect(sent()).toBe(1);
  });

  it("leaves out what is paused or cancelled, and takes up what goes on [X51] [X54]", async () => {
    const dueMs = world.nowMs + 5 * MINUTE_MS;
    const [paused, cancelled] = [await reserve(dueMs), await reserve(dueMs - MINUTE_MS)];
    await change(`POST /api/reservations/${paused}/pause`);
    await change(`POST /api/reservations/${cancelled}/cancel`);
    await world.ring();
    expect([sent(), world.alarmMs]).toEqual([0, Infinity]);
    await change(`POST /api/reservations/${paused}/resume`);
    expect(world.alarmMs).toBe(dueMs);
    await world.ring();
    expect(sent()).toBe(1);
  });

  it("comes when the claim of a handler that died has run out [X8] [X54]", async () => {
    const dueMs = world.nowMs + 20 * SECOND_MS;
    await reserve(dueMs);
    await env.DB.prepare("UPDATE orders SET state = 'claimed', lease_wall_ms = ?")
      .bind(dueMs + 90 * SECOND_MS)
      .run();
    await world.ring();
    expect(world.alarmMs).toBe(dueMs + 90 * SECOND_MS);
    await world.ring();
    expect(sent()).toBe(1);
  });

  it("is set for the next time of a recurring reservation [X50] [X54]", async () => {
    // The world begins at 12:00:30 KST.
    const schedule = { every: "day", at: "12:05" };
    await trader.ask("POST /api/reservations", {
      idempotencyKey: crypto.randomUUID(),
      request: REQUEST,
      schedule,
      windowMs: 10 * MINUTE_MS,
    });
    await world.settle();
    const dueMs = world.nowMs + 270 * SECOND_MS;
    expect(world.alarmMs).toBe(dueMs);
    await world.ring();
    await sweep();
    expect([sent(), world.alarmMs]).toEqual([1, dueMs + DAY_MS]);
  });

  it("rings at the local exchange's times, at any speed, and not at all while its clock stands or is not known [X54]", async () => {
    const marketMs = Date.parse("2024-02-01T00:00:00Z");
    const anchor = { marketMs, wallMs: world.nowMs, speed: 60 };
    world.exchange.replies.set("GET /emulator/clock", () => ({ status: 200, body: anchor }));
    Object.assign(world.relay.memory, { clock: null });
    await reserve(marketMs + 10 * MINUTE_MS + 1);
    expect(world.alarmMs).toBe(anchor.wallMs + 10 * SECOND_MS + 1);
    await world.ring();
    expect(sent()).toBe(1);
    const [order] = await rowsOf("SELECT intent_market_ms FROM orders");
    expect(Number(order!["intent_market_ms"])).toBeGreaterThan(marketMs + 10 * MINUTE_MS);
    anchor.speed = 0;
    Object.assign(world.relay.memory, { clock: null });
    await reserve(marketMs + 20 * MINUTE_MS);
    expect(world.alarmMs).toBe(Infinity);
    world.exchange.replies.set("GET /emulator/clock", () => ({ status: 500, body: {} }));
    Object.assign(world.relay.memory, { clock: null });
    await ring(world.relay);
    expect([sent(), world.alarmMs, world.reports]).toEqual([1, Infinity, []]);
  });

  it("never fails: a database that errs is told, and tried again at once, or else by the cron [X54]", async () => {
    await reserve(world.nowMs + 20 * SECOND_MS);
    const { db } = world.relay;
    let failures = 1;
    const failing = (sql: string) => {
      if (sql.includes("due_market_ms") && failures-- > 0) throw new Error("D1 is overloaded");
      return db.prepare(sql);
    };
    Object.assign(world.relay, { db: { prepare: failing, batch: db.batch.bind(db) } });
    await world.ring();
    expect([sent(), world.reports.length, world.alarmMs <= world.nowMs]).toEqual([0, 1, true]);
    failures = 2;
    await world.ring();
    expect([sent(), world.reports.length, world.alarmMs]).toEqual([0, 3, Infinity]);
    await sweep();
    expect(sent()).toBe(1);
  });

  it("costs nobody an answer when it cannot be reached, and is not needed [X54]", async () => {
    const { alarm } = world.relay.outside;
    Object.assign(world.relay.outside, { alarm: { wakeBy: () => Promise.reject(new Error("gone")) } });
    await reserve(world.nowMs + 20 * SECOND_MS);
    expect(world.reports).toHaveLength(1);
    Object.assign(world.relay.outside, { alarm: null });
    await reserve(world.nowMs + 20 * SECOND_MS);
    world.pass(MINUTE_MS);
    await sweep();
    expect([sent(), world.reports.length]).toEqual([2, 1]);
    Object.assign(world.relay.outside, { alarm });
  });
});

describe("the alarm's object", () => {
  const object = () => env.RESERVATION_ALARM!.getByName("reservations");
  const setMs = () => runInDurableObject(object(), (_, { storage }) => storage.getAlarm());
  beforeEach(() => {
    // It runs in this isolate, with an outside of its own: the real clock, and the network that the test stands in for.
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => world.exchange.fetch(url, init));
    Object.assign(world.relay.outside, {
      wallNow: () => epochMs(Date.now()),
      alarm: { wakeBy: (wallMs: number) => object().wakeBy(epochMs(wallMs)) },
    });
  });
  afterEach(async () => {
    await runInDurableObject(object(), (_, { storage }) => storage.deleteAlarm());
    vi.unstubAllGlobals();
  });

  it("keeps the earliest time that it was asked for [X54]", async () => {
    const laterMs = epochMs(Date.now() + DAY_MS);
    await object().wakeBy(laterMs);
    await object().wakeBy(epochMs(laterMs - MINUTE_MS));
    await object().wakeBy(epochMs(laterMs + MINUTE_MS));
    expect(await setMs()).toBe(laterMs - MINUTE_MS);
  });

  it("rings by itself at the second of a reservation and fires it [X54]", async () => {
    const dueMs = Date.now() + SECOND_MS;
    await reserve(dueMs);
    await vi.waitFor(() => expect(sent()).toBe(1), { timeout: 20_000, interval: 50 });
    expect((await intents())[0]).toBeGreaterThanOrEqual(dueMs);
    await vi.waitFor(async () => expect(await setMs()).toBeNull(), { timeout: 20_000, interval: 50 });
  });

  it("that rings before anything is due fires nothing and goes on to the next time [X54]", async () => {
    const dueMs = Date.now() + DAY_MS;
    await reserve(dueMs);
    expect(await runDurableObjectAlarm(object())).toBe(true);
    expect([sent(), await setMs()]).toEqual([0, dueMs]);
  });
});
