import type { MarketCode } from "../../domain/market-code.ts";
import { baseOf, quoteOf } from "../../domain/market.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { MINUTE_MS, type EpochMs } from "../../domain/units.ts";
import type { MarketFeed } from "./market-feed.ts";
import { createFeeds, type PlayedTapes } from "./market-feeds.ts";
import type { EmulatorOptions } from "../options.ts";
import { readTape, tapeShiftMs, type Tape } from "../tapes/tape.ts";
import { checkOverlap } from "../tapes/tape-series.ts";

/** What a start brings along: where it begins, and how far each market's recordings were moved at the first start. */
export type Origin = {
  readonly seed: number;
  readonly startMs: EpochMs;
  readonly shiftsMs: Readonly<Record<string, number>>;
};
export type Played = {
  readonly feeds: Map<MarketCode, MarketFeed>;
  readonly shiftsMs: Readonly<Record<string, number>>;
};

/** Reads the recordings, several of one market too, and sets up all markets. A fault is one line for the user. */
export function playMarkets(
  { tapes: files, synthetic, fromMs }: Pick<EmulatorOptions, "tapes" | "synthetic" | "fromMs">,
  { seed, startMs, shiftsMs: kept }: Origin,
): Result<Played, string> {
  const read = readTapes(files);
  if (!read.ok) return read;
  const shiftsMs: Record<string, number> = { ...kept };
  const played = new Map<MarketCode, PlayedTapes>();
  for (const [market, tapes] of read.value) {
    const overlap = checkOverlap(tapes);
    if (!overlap.ok) return overlap;
    shiftsMs[market] ??= tapeShiftMs(tapes, startMs, fromMs !== null);
    played.set(market, { tapes, shiftMs: shiftsMs[market] });
  }
  for (const market of synthetic) {
    if (played.has(market)) return fail(`${market} is played from a tape: leave it out of --synthetic`);
    if (baseOf(market) === quoteOf(market)) return fail(`--synthetic takes markets of two assets, not ${market}`);
  }
  const feeds = createFeeds(seed, played, synthetic);
  for (const [market, feed] of feeds) {
    if (hasTraded(feed, startMs)) continue;
    const from = played.has(market)
      ? read.value
          .get(market)!
          .map(({ file }) => file)
          .join(", ")
      : market;
    const startTime = new Date(startMs).toISOString();
    return fail(`${from}: nothing was traded before the start time ${startTime}: name a later --from`);
  }
  return ok({ feeds, shiftsMs });
}

function readTapes(files: readonly string[]): Result<Map<MarketCode, Tape[]>, string> {
  const found = new Map<MarketCode, Tape[]>();
  for (const file of files) {
    const tape = readTape(file);
    if (!tape.ok) return tape;
    found.set(tape.value.market, [...(found.get(tape.value.market) ?? []), tape.value]);
  }
  return ok(found);
}

/** A market without a trade before the clock starts has no price. */
const hasTraded = ({ series }: MarketFeed, startMs: number): boolean => startMs > series.firstMs + MINUTE_MS;
