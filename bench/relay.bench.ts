import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchLine } from "../tools/bench-line.ts";
import { startChild } from "./emulator/child.ts";
import { pause } from "./emulator/crowd.ts";
import { createAsker, loadFor, quantile } from "./relay/asker.ts";
import { membersWithKey, orderMaker, straight, throughWorker, type Way } from "./relay/orders.ts";
import { startSameWorkerd, type ExchangeAccess } from "./relay/same-workerd.ts";

/** The relay as built (`npm run build` first) against Workers that do less, all in one workerd, in turns. */

/** As many as may sign up in a quarter of an hour from one address. */
const MEMBERS = 30;
/** Of each way; by limit a member buys ten times a minute. */
const ORDERS = 240;
/** Until what the relay does behind its answer (the record, reading the order back) is over: one person's orders do not
 *  follow one another within it. */
const BETWEEN_MS = 50;
const CLIENTS = 8;
const TURNS = 6;
const TURN_MS = 1_000;

type Figure = Omit<BenchLine, "bench" | "ratio">;
const line = (figure: Figure): BenchLine => ({ bench: "relay", ...figure, ratio: figure.value / figure.peerValue });

export async function* run(): AsyncIterable<BenchLine> {
  const folder = mkdtempSync(join(tmpdir(), "observator-bench-"));
  // A hastened wall clock: its limits never refuse, so that the way there is measured.
  const exchange = await startChild<ExchangeAccess>("serve-exchange.ts", ["KRW-XRP", "1", "100000"]);
  const workerd = await startSameWorkerd(folder, exchange.ready);
  const ask = createAsker(64);
  try {
    const cookies = await membersWithKey(ask, workerd.relay, MEMBERS, exchange.ready);
    const ways = {
      relay: throughWorker(ask, workerd.relay),
      bare: throughWorker(ask, workerd.bare),
      straight: straight(ask, exchange.ready),
    };
    const make = await orderMaker(ask, exchange.ready.rest);
    yield* latency(ways, cookies, make);
    yield* throughput(ways, cookies, make);
    yield* health((path) => ask(path), workerd);
  } finally {
    ask.end();
    await workerd.stop();
    await exchange.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each way comes as often behind each other one: what is still going on there slows the next. */
const SEQUENCES = [
  ["relay", "bare", "straight"],
  ["bare", "relay", "straight"],
  ["straight", "relay", "bare"],
  ["straight", "bare", "relay"],
  ["relay", "straight", "bare"],
  ["bare", "straight", "relay"],
] as const;

type Ways = Readonly<Record<"relay" | "bare" | "straight", Way>>;
type Make = Awaited<ReturnType<typeof orderMaker>>;

/** One order after another; the ways take turns, and who goes first changes. Half of them buy. */
async function* latency(ways: Ways, cookies: readonly string[], make: Make): AsyncIterable<BenchLine> {
  const took: Record<keyof Ways, number[]> = { relay: [], bare: [], straight: [] };
  for (let nth = -MEMBERS; nth < ORDERS; nth++) {
    for (const name of SEQUENCES[(nth + MEMBERS) % SEQUENCES.length]!) {
      const entry = make(Math.floor(nth / MEMBERS) % 2 === 0 ? "bid" : "ask");
      const askedMs = performance.now();
      await ways[name](entry, cookies[(nth + MEMBERS) % MEMBERS]!);
      // The first round asks the exchange for what limits are held against.
      if (nth >= 0) took[name].push(performance.now() - askedMs);
      await pause(BETWEEN_MS);
    }
  }
  const p50 = (name: keyof Ways) => quantile(took[name], 0.5);
  const bare = "bare Worker: the same two batches, one signed forward";
  yield line({ metric: "order p50", value: p50("relay"), unit: "ms", peer: bare, peerValue: p50("bare") });
  yield line({
    metric: "order p50, against no relay at all",
    value: p50("relay"),
    unit: "ms",
    peer: "the same order straight to the exchange",
    peerValue: p50("straight"),
  });
}

/** Eight people at once, as fast as they are answered. Sales, because buys are limited to ten a minute. */
async function* throughput(ways: Ways, cookies: readonly string[], make: Make): AsyncIterable<BenchLine> {
  const seen = {
    relay: { rates: [] as number[], tookMs: [] as number[] },
    bare: { rates: [] as number[], tookMs: [] as number[] },
  };
  let order = 0;
  // Facts about accounts are as old as the part before took: each member's first sale asks for them.
  for (const cookie of cookies) await ways.relay(make("ask"), cookie);
  for (let turn = 0; turn < TURNS; turn++) {
    const name = turn % 2 === 0 ? "relay" : "bare";
    const one = () => ways[name](make("ask"), cookies[order++ % MEMBERS]!);
    const { perSecond, tookMs } = await loadFor(TURN_MS, CLIENTS, one);
    seen[name].rates.push(perSecond);
    seen[name].tookMs.push(...tookMs);
    await pause(500);
  }
  const peer = "bare Worker, 8 clients";
  yield line({
    metric: "orders at 8 clients",
    value: quantile(seen.relay.rates, 0.5),
    unit: "requests/s",
    peer,
    peerValue: quantile(seen.bare.rates, 0.5),
  });
  yield line({
    metric: "orders at 8 clients, p99",
    value: quantile(seen.relay.tookMs, 0.99),
    unit: "ms",
    peer,
    peerValue: quantile(seen.bare.tookMs, 0.99),
  });
}

/** How much the relay costs where it has next to nothing to do. */
async function* health(
  ask: (target: string) => Promise<{ readonly status: number }>,
  { relay, empty }: { readonly relay: string; readonly empty: string },
): AsyncIterable<BenchLine> {
  const rates: Record<"relay" | "empty", number[]> = { relay: [], empty: [] };
  const targets = { relay: `${relay}/api/health`, empty: `${empty}/` };
  for (let turn = -2; turn < 2 * TURNS; turn++) {
    const name = turn % 2 === 0 ? "relay" : "empty";
    const { perSecond } = await loadFor(TURN_MS / 2, CLIENTS, async () => {
      const { status } = await ask(targets[name]);
      if (status !== 200) throw new Error(`${targets[name]} answered ${status}`);
    });
    if (turn >= 0) rates[name].push(perSecond);
  }
  yield line({
    metric: "health rate",
    value: quantile(rates.relay, 0.5),
    unit: "requests/s",
    peer: "an empty Worker",
    peerValue: quantile(rates.empty, 0.5),
  });
}
