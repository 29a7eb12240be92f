import { describe, expect, it } from "vitest";
import { BREAKS, type BreakName } from "./breaks.ts";
import { runSeeds } from "./run-seeds.ts";

/** Nobody waits for these on a machine of one's own; on a busy one they still end. */
const LONGEST_MS = 600_000;
const SEEDS = 1_000;
const SEEDS_TO_BREAK = 100;
const SEEDS_TWICE = 5;

describe("the relay in a thousand storms", () => {
  it(
    "sends each intent once, loses none and tells the truth in the end [X5] [X6] [X8]",
    async () => {
      const { broken, seeds, orders } = await runSeeds({ from: 1, seeds: SEEDS, breakName: null, twice: false });
      expect(broken).toBeNull();
      expect(seeds).toBe(SEEDS);
      // Storms in which nothing reaches the exchange prove nothing.
      expect(orders).toBeGreaterThan(5 * SEEDS);
    },
    LONGEST_MS,
  );

  it(
    "goes the same way twice, to the letter, and another way under another seed",
    async () => {
      const [one, again, other] = await Promise.all(
        [1, 1, 2].map((from) => runSeeds({ from, seeds: SEEDS_TWICE, breakName: null, twice: from === 2 })),
      );
      expect(one!.hash).toBe(again!.hash);
      expect(other!.hash).not.toBe(one!.hash);
      expect(other!.broken).toBeNull();
    },
    LONGEST_MS,
  );
});

/** What each safeguard keeps from happening. */
const BROKEN_BY: Record<BreakName, readonly string[]> = {
  "write-ahead": ["written-before-sent", "one-order-per-intent"],
  identifier: ["one-order-per-intent", "written-before-sent", "none-lost"],
  lease: ["only-the-holder"],
  fencing: ["only-the-holder"],
  "early-404": ["none-lost", "last-word-stands"],
};

describe("the simulation", () => {
  it.each(Object.keys(BREAKS) as BreakName[])(
    "finds out when %s is broken",
    async (breakName) => {
      const { broken } = await runSeeds({ from: 1, seeds: SEEDS_TO_BREAK, breakName, twice: false });
      expect(BROKEN_BY[breakName]).toContain(broken?.broken?.invariant);
      expect(broken?.lines.length).toBeGreaterThan(0);
    },
    LONGEST_MS,
  );
});
