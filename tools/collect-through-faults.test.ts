import "fake-indexeddb/auto";
import { afterEach, expect, it } from "vitest";
import { columnsOf, type CandleColumns } from "../domain/candle.ts";
import type { Fault } from "../domain/fault.ts";
import type { MarketCode } from "../domain/market-code.ts";
import { fail } from "../domain/result.ts";
import { epochMs, MINUTE_MS } from "../domain/units.ts";
import type { FaultPlan } from "../emulator/faults/fault-plan.ts";
import { startEmulator, type Emulator } from "../emulator/start-emulator.ts";
import { exchangeDay } from "../web/collect/exchange-day.ts";
import { ExchangeSocket } from "../web/collect/exchange-socket.ts";
import { MarketCollector, type CollectorPorts } from "../web/collect/market-collector.ts";
import { contentHashOf } from "../web/collect/settle-day.ts";
import { readDay } from "../web/store/candle-store.ts";
import { coverageOfDay } from "../web/store/coverage-store.ts";
import { openDatabase, type ObservatorDatabase } from "../web/store/database.ts";

/** The real collector against the real local exchange, over its socket, with faults on the wire. It stands in tools
 *  because no room of web may know the emulator. */
const MARKET = "KRW-BTC" as MarketCode;
const never = new AbortController().signal;
/** Six market minutes before the end of a KST day that an outage follows. */
const FROM = Date.UTC(2024, 0, 28, 14, 54);
const DAY = "2024-01-28";
const DAY_END = Date.UTC(2024, 0, 28, 15);
const SPEED = 60;

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function world(faults: FaultPlan): Promise<Emulator> {
  const tapes = ["data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz"];
  const emulator = await startEmulator({ tapes, fromMs: epochMs(FROM), speed: SPEED, faults });
  endings.push(() => emulator.close());
  return emulator;
}

function collectorPorts(emulator: Emulator, db: ObservatorDatabase): CollectorPorts {
  const marketNow = () => emulator.world.clock.now();
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const direct = {
    exchangeUrl: emulator.rest,
    fetch: (url: string, init: RequestInit) => fetch(url, init),
    // Without `Origin`, as the relay asks: nine a second.
    reserveTurn: () => 110,
    sleep,
    marketNow,
  };
  return {
    db,
    relay: { candleDay: () => Promise.resolve(fail<Fault>({ type: "offline", kind: "retry", detail: "" })) },
    exchangeDay: (asked, signal) => exchangeDay(direct, asked, signal),
    marketNow,
    exchangeNow: marketNow,
    wallNow: () => epochMs(Date.now()),
    speed: () => SPEED,
    sleep: () => sleep(20),
  };
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + 50_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Collects over the end of the day until it is sealed. */
async function sealedThrough(faults: FaultPlan) {
  const emulator = await world(faults);
  const db = openDatabase(`faults-${Math.random()}`);
  endings.push(() => db.delete());
  const ports = collectorPorts(emulator, db);
  const told: number[] = [];
  const collector = new MarketCollector(MARKET, 1, ports, ({ openTimeMs }) => told.push(openTimeMs));
  endings.push(() => collector.stop());
  let frames = 0;
  const socketPorts = {
    connect: (url: string) => new WebSocket(url),
    wallNow: ports.wallNow,
    random: () => 0,
    ticket: () => "t",
    reserveTurn: () => 0,
  };
  const socket = new ExchangeSocket(emulator.ws, socketPorts, {
    onFrame: (_market, frame) => {
      if (frame.type !== "candle.1m") return;
      frames += 1;
      collector.takeFrame(frame);
    },
    onStatus: ({ state }) => {
      if (state === "waiting") collector.linkLost();
    },
  });
  endings.push(() => socket.close());
  await collector.start();
  socket.follow([MARKET]);
  const ticking = setInterval(() => collector.tick(ports.marketNow()), 50);
  endings.push(() => clearInterval(ticking));
  await until(async () => (await coverageOfDay(db, MARKET, DAY))?.seal != null);
  await collector.settled();
  // Its own pages would share the exchange's limit with the question below.
  clearInterval(ticking);
  collector.stop();
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const own = await exchangeDay(
    { ...ports, exchangeUrl: emulator.rest, fetch: (url, init) => fetch(url, init), reserveTurn: () => 110 },
    { market: MARKET, kstDay: DAY },
    never,
  );
  if (!own?.ok) throw new Error("the exchange did not answer");
  const stored = await readDay(db, MARKET, DAY);
  return { emulator, socket, frames, told, stored, own: columnsOf(own.value.candles), db };
}

const plan = (...effects: readonly [FaultPlan["rules"][number]["effect"], number][]): FaultPlan => ({
  seed: 7,
  rules: effects.map(([effect, probability]) => ({
    match: { type: "candle.1m" },
    probability,
    skip: 0,
    clock: "market",
    effect,
  })),
});

async function expectExchanges({
  stored,
  own,
  db,
}: {
  stored: { whole: boolean; columns: CandleColumns };
  own: CandleColumns;
  db: ObservatorDatabase;
}): Promise<void> {
  expect(stored.whole).toBe(true);
  expect(stored.columns).toEqual(own);
  expect(own.openTimeMs.length).toBeGreaterThan(1_400);
  expect((await coverageOfDay(db, MARKET, DAY))?.seal?.contentHash).toBe(await contentHashOf(own));
}

it(
  "seals the exchange's own day through duplicates, reordering and lost frames [C23] [C4]",
  { timeout: 60_000 },
  async () => {
    const run = await sealedThrough(
      plan([{ kind: "duplicate-frame" }, 0.4], [{ kind: "reorder-frames" }, 0.3], [{ kind: "drop-frame" }, 0.3]),
    );
    expect(run.frames).toBeGreaterThan(5);
    expect(run.told).toEqual([...new Set(run.told)].toSorted((one, other) => one - other));
    await expectExchanges(run);
  },
);

it(
  "seals it when the link breaks over the day's end and the exchange's stamps are off [C23] [C5]",
  { timeout: 60_000 },
  async () => {
    const { rules } = plan([{ kind: "clock-skew", skewMs: 90_000 }, 1]);
    const around = { skip: 0, clock: "market", from: DAY_END - MINUTE_MS, until: DAY_END + MINUTE_MS } as const;
    const broken = { ...around, match: {}, probability: 1, count: 1, effect: { kind: "disconnect" as const } };
    const run = await sealedThrough({ seed: 7, rules: [...rules, broken] });
    expect(run.socket.status().reconnects).toBeGreaterThanOrEqual(1);
    await expectExchanges(run);
  },
);
