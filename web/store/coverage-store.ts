import Dexie from "dexie";
import { joinedSpans, missingSpans, namedHoles, type SeenMarket, type Span } from "../../domain/candle-holes.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { parseKstDay } from "../../domain/time.ts";
import { assert } from "../../domain/assert.ts";
import { DAY_MS, epochMs, type EpochMs } from "../../domain/units.ts";
import type { ObservatorDatabase } from "./database.ts";
import type { CoverageRow } from "./tables.ts";

/** The KST day as a stretch of time.
 *  @throws AssertionError when it is none */
export function kstDaySpan(kstDay: string): Span {
  const start = parseKstDay(kstDay);
  assert(start.ok, `not a KST day: ${kstDay}`);
  return { fromMs: start.value, toMs: epochMs(start.value + DAY_MS) };
}

/** Days of which something is known, oldest first. */
export const readCoverage = (db: ObservatorDatabase, market: MarketCode): Promise<CoverageRow[]> =>
  db.coverage.where("[market+kstDay]").between([market, Dexie.minKey], [market, Dexie.maxKey]).toArray();

export const coverageOfDay = async (
  db: ObservatorDatabase,
  market: MarketCode,
  kstDay: string,
): Promise<CoverageRow | null> => (await db.coverage.get([market, kstDay])) ?? null;

/** What is newly known about a day. */
export type CoverageChange = {
  /** Starts of the candles at hand, oldest first. */
  readonly openTimesMs: ArrayLike<number>;
  readonly confirmedToMs?: EpochMs;
  readonly followed?: Span;
  /** More than before by so many. */
  readonly dropped?: number;
  readonly corrected?: number;
  readonly source?: CoverageRow["source"];
  readonly seal?: NonNullable<CoverageRow["seal"]>;
  readonly atMs: EpochMs;
};

const blank = (market: MarketCode, kstDay: string): CoverageRow => ({
  market,
  kstDay,
  rows: 0,
  confirmedToMs: kstDaySpan(kstDay).fromMs,
  followed: [],
  holes: [],
  dropped: 0,
  corrected: 0,
  source: null,
  checkedAtMs: epochMs(0),
  seal: null,
});

/** Writes what became known of a day, and names that day's holes anew for every market: one market's silence may be the
 *  other's outage. Joins a transaction that is under way. Rules C21, C22. */
export function noteCoverage(
  db: ObservatorDatabase,
  { market, kstDay }: Pick<CoverageRow, "market" | "kstDay">,
  change: CoverageChange,
): Promise<void> {
  return db.transaction("rw", db.coverage, async () => {
    const rows = await db.coverage.where("kstDay").equals(kstDay).toArray();
    const before = rows.find((row) => row.market === market) ?? blank(market, kstDay);
    const day = kstDaySpan(kstDay);
    const confirmedToMs = epochMs(Math.max(before.confirmedToMs, change.confirmedToMs ?? day.fromMs));
    const followed = joinedSpans([...before.followed, ...(change.followed === undefined ? [] : [change.followed])]);
    const looked = joinedSpans([{ fromMs: day.fromMs, toMs: confirmedToMs }, ...followed]);
    const missing = looked.flatMap((span) => missingSpans(Array.from(change.openTimesMs), span));
    const row: CoverageRow = {
      ...before,
      rows: change.openTimesMs.length,
      confirmedToMs,
      followed,
      holes: missing.map((span) => ({ ...span, kind: "unknown" })),
      dropped: before.dropped + (change.dropped ?? 0),
      corrected: before.corrected + (change.corrected ?? 0),
      source: change.source ?? before.source,
      checkedAtMs: change.atMs,
      // It tells of what is stored: a day that was taken out and fetched again has its new one.
      seal: change.seal ?? before.seal,
    };
    await db.coverage.bulkPut(renamed([...rows.filter((other) => other.market !== market), row]));
  });
}

/** The rows of one day with their holes named in the light of each other. */
function renamed(rows: readonly CoverageRow[]): CoverageRow[] {
  const seen = rows.map(({ holes, kstDay, confirmedToMs }): SeenMarket => ({
    missing: joinedSpans(holes),
    confirmed: joinedSpans([{ fromMs: kstDaySpan(kstDay).fromMs, toMs: confirmedToMs }]),
  }));
  return rows.map((row, at) => ({ ...row, holes: namedHoles(seen[at]!, seen.toSpliced(at, 1)) }));
}

/** Forgets days whose candles were taken out of the store. */
export async function forgetCoverage(
  db: ObservatorDatabase,
  market: MarketCode,
  kstDays: readonly string[],
): Promise<void> {
  await db.coverage.bulkDelete(kstDays.map((kstDay): [MarketCode, string] => [market, kstDay]));
}
