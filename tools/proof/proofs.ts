import { mkdirSync, readFileSync } from "node:fs";
import { startChild } from "../../bench/emulator/child.ts";
import { buildProduct } from "../build.ts";
import { inRoot } from "../root.ts";
import type { Figures, Proof } from "./proof-run.ts";
import { runNode } from "./run-node.ts";

const sumOf = (figures: readonly Figures[], name: string): number =>
  figures.reduce((sum, one) => sum + (one[name] ?? 0), 0);
const worstOf = (figures: readonly Figures[], name: string): number =>
  Math.max(...figures.map((one) => one[name] ?? 0));
const counted = (count: number): string => count.toLocaleString("en-US");

/** Some minutes: a process that runs for longer runs faster, and Ctrl-C loses no more than this. */
const SEEDS_A_SLICE = 4_000;

/** One process of the simulation a slice; seeds do not hang together, and it uses every core by itself. */
const simulation: Proof = {
  name: "simulation",
  shows: "no order twice, none lost, none outside limits, on faulty networks and machines",
  slices: 25,
  atOnce: 1,
  run: async (slice, signal) => {
    const from = slice * SEEDS_A_SLICE + 1;
    const args = ["sim/main.ts", "--seeds", String(SEEDS_A_SLICE), "--from", String(from)];
    const said = /(\d+) seeds held, (\d+) orders at the exchange/.exec(await runNode({ args, signal }));
    if (Number(said?.[1]) !== SEEDS_A_SLICE) throw new Error("the simulation did not say how many seeds held");
    return { seeds: SEEDS_A_SLICE, orders: Number(said![2]) };
  },
  inWords: (figures) => {
    const [seeds, orders] = ["seeds", "orders"].map((name) => counted(sumOf(figures, name)));
    return `${seeds} seeds with ${orders} orders at the exchange, no invariant broken`;
  },
};

const RESERVATIONS = 240;
const KILLS = 2;

const kill: Proof = {
  name: "kill",
  shows: "none of 240 reservations due at once fires twice or is lost when the running relay is killed (kill -9)",
  slices: 5,
  atOnce: 1,
  prepare: buildProduct,
  run: async (slice, signal) => {
    mkdirSync(inRoot(".cache", "proof"), { recursive: true });
    const file = inRoot(".cache", "proof", `kill-${slice}.json`);
    await runNode({
      args: ["node_modules/playwright/cli.js", "test", "--config", "e2e/playwright.config.ts", "--project", "kill"],
      env: { KILL_RESERVATIONS: String(RESERVATIONS), KILL_KILLS: String(KILLS), KILL_RESULT: file },
      signal,
    });
    const { manual, placedAtKill, downMs, expired } = JSON.parse(readFileSync(file, "utf8")) as {
      readonly manual: number;
      readonly placedAtKill: readonly number[];
      readonly downMs: readonly number[];
      readonly expired: readonly string[];
    };
    return {
      reservations: RESERVATIONS,
      manual,
      kills: placedAtKill.length,
      longestDownMs: Math.max(...downMs),
      expired: expired.length,
    };
  },
  inWords: (figures) => {
    const [reservations, manual, kills, expired] = ["reservations", "manual", "kills", "expired"].map((name) =>
      counted(sumOf(figures, name)),
    );
    const away = (worstOf(figures, "longestDownMs") / 1_000).toFixed(0);
    return `${figures.length} rounds, ${reservations} reservations and ${manual} orders by hand, ${kills} kills (away for ${away} s at most): none twice, none lost, ${expired} expired`;
  },
};

const SEQUENCES_A_SLICE = 10_000;

const matching: Proof = {
  name: "matching",
  shows: "the matching engine neither makes nor loses money and passes nobody over (E1)",
  slices: 20,
  atOnce: 2,
  run: async (slice, signal) => {
    await runNode({
      args: ["node_modules/vitest/vitest.mjs", "run", "--project", "node", "domain/matching-conservation"],
      env: { MATCHING_SEQUENCES: String(SEQUENCES_A_SLICE), MATCHING_SEED: String(slice + 1) },
      signal,
    });
    return { sequences: SEQUENCES_A_SLICE };
  },
  inWords: (figures) => `${counted(sumOf(figures, "sequences"))} random sequences of orders and cancellations hold`,
};

/** A heap after the last day above this many times the one after the first is a leak. */
const MOST_GROWTH = 1.5;

const emulatorMonth: Proof = {
  name: "emulator-month",
  shows: "the local exchange keeps nothing of the past: its memory is flat over an emulated month",
  slices: 1,
  atOnce: 1,
  run: async (_slice, signal) => {
    const month = startChild<{ firstBytes: number; lastBytes: number }>("live-a-month.ts", [], ["--expose-gc"]);
    const ended = new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(new Error("stopped")), { once: true }),
    );
    const child = await Promise.race([month, ended]);
    await child.end();
    const { firstBytes, lastBytes } = child.ready;
    if (lastBytes > MOST_GROWTH * firstBytes)
      throw new Error(`the heap grew from ${firstBytes} bytes after a day to ${lastBytes} after a month`);
    return { firstBytes, lastBytes };
  },
  inWords: ([figures]) => {
    const mib = (name: string) => ((figures?.[name] ?? 0) / 2 ** 20).toFixed(1);
    return `heap after the first day ${mib("firstBytes")} MiB, after the thirtieth ${mib("lastBytes")} MiB`;
  },
};

export const PROOFS: readonly Proof[] = [kill, simulation, matching, emulatorMonth];
