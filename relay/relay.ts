import { ok, type Result } from "../domain/result.ts";
import type { MarketClockAnchor } from "../domain/time.ts";
import type { EpochMs } from "../domain/units.ts";
import type { MarketEntry } from "../domain/wire.ts";
import type { Env } from "./env.ts";
import type { Allowance } from "./market/market-access.ts";
import type { OpenDay } from "./market/open-day.ts";
import type { Gathering, Snapshot } from "./market/snapshot.ts";
import type { Outside } from "./outside.ts";
import { readSettings, type Settings } from "./settings.ts";

/** What one isolate remembers; all of it can be lost at any time. */
export type Memory = {
  clock: { readonly anchor: MarketClockAnchor; readonly askedWallMs: EpochMs } | null;
  markets: { readonly entries: readonly MarketEntry[]; readonly askedWallMs: EpochMs } | null;
  /** When the database last answered and was up to date. */
  databaseSeenMs: EpochMs | null;
  /** What is being asked for right now, by name. */
  readonly running: Map<string, Promise<unknown>>;
  /** Short-lived market data, by name. */
  readonly snapshots: Map<string, Snapshot<unknown>>;
  /** Days that are not over, by market. */
  readonly openDays: Map<string, OpenDay>;
  /** Markets wanted by the next question of a group. */
  readonly gathering: Map<string, Gathering>;
  /** Market requests lately made from an address. */
  readonly callers: Map<string, Allowance>;
};

/** Everything a route or the sweep works with. */
export type Relay = {
  readonly db: D1Database;
  readonly settings: Settings;
  readonly outside: Outside;
  readonly memory: Memory;
};

/** Fails with a sentence for the operator when a secret or an address is missing or unfit. Rule X1. */
export async function createRelay(env: Env, outside: Outside): Promise<Result<Relay, string>> {
  const settings = await readSettings(env, outside.crypto);
  if (!settings.ok) return settings;
  return ok({ db: env.DB, settings: settings.value, outside, memory: nothingYet() });
}

export const nothingYet = (): Memory => ({
  clock: null,
  markets: null,
  databaseSeenMs: null,
  running: new Map(),
  snapshots: new Map(),
  openDays: new Map(),
  gathering: new Map(),
  callers: new Map(),
});

export const newId = (relay: Relay): string => relay.outside.randomId();
