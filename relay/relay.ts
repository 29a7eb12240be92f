import { ok, type Result } from "../domain/result.ts";
import type { MarketClockAnchor } from "../domain/time.ts";
import type { EpochMs } from "../domain/units.ts";
import type { MarketEntry } from "../domain/wire.ts";
import { uuidOf } from "./bytes.ts";
import type { Env } from "./env.ts";
import type { RelayFault } from "./faults.ts";
import type { DayPage } from "./market/candle-page.ts";
import type { Outside } from "./outside.ts";
import { readSettings, type Settings } from "./settings.ts";

/** What one isolate remembers; all of it can be lost at any time. */
export type Memory = {
  clock: { readonly anchor: MarketClockAnchor; readonly askedWallMs: EpochMs } | null;
  markets: { readonly entries: readonly MarketEntry[]; readonly askedWallMs: EpochMs } | null;
  /** Next free moment of each quotation group of the exchange, wall ms. */
  readonly nextSlotMs: Map<string, number>;
  /** Candle pages being fetched right now, by name. */
  readonly pages: Map<string, Promise<Result<DayPage, RelayFault>>>;
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
  const settings = await readSettings(env);
  if (!settings.ok) return settings;
  const memory: Memory = { clock: null, markets: null, nextSlotMs: new Map(), pages: new Map() };
  return ok({ db: env.DB, settings: settings.value, outside, memory });
}

export const newId = (relay: Relay): string => uuidOf(relay.outside.randomBytes(16));
