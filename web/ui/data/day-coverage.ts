import { HOLE_KINDS, joinedSpans, without, type HoleKind, type Span } from "../../../domain/candle-holes.ts";
import { kstDayStart, kstDayOf } from "../../../domain/time.ts";
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS, type EpochMs } from "../../../domain/units.ts";
import type { CoverageRow } from "../../store/tables.ts";

/** Intervals whose coverage can be looked at: the minute itself and those made of it. */
export const INTERVALS_MS = [1, 3, 5, 15, 60, 240, 1440].map((minutes) => minutes * MINUTE_MS);

/** - sealed: checked against a fresh page and put away; what is missing was not traded
 *  - outage: sealed, and the exchange itself stood still for a while
 *  - holes: something is missing whose reason is not known, or that the exchange has
 *  - partial: not checked to its end yet
 *  - unchecked: candles are at hand (imported, or of an earlier version) and no page was held against them
 *  - open: the day that is not over
 *  - none: nothing is at hand */
export const DAY_STATES = ["sealed", "outage", "holes", "partial", "unchecked", "open", "none"] as const;
export type DayState = (typeof DAY_STATES)[number];

export type DayCoverage = {
  readonly kstDay: string;
  readonly state: DayState;
  /** Candles of the interval that begin in this KST day: at hand (null where nobody looked at what is stored), and over
   *  by now. */
  readonly have: number | null;
  readonly want: number;
  /** Candles that are absent, by reason; `unseen`: nobody looked there. */
  readonly missing: Readonly<Record<HoleKind | "unseen", number>>;
};

export type KnownDays = {
  readonly rows: ReadonlyMap<string, CoverageRow>;
  /** Days that are stored as a whole. */
  readonly stored: ReadonlySet<string>;
  readonly nowMs: EpochMs;
};

const startOf = (kstDay: string): EpochMs => epochMs(Date.parse(`${kstDay}T00:00:00+09:00`));
const daySpan = (kstDay: string): Span => ({ fromMs: startOf(kstDay), toMs: epochMs(startOf(kstDay) + DAY_MS) });
export const dayAfter = (kstDay: string): string => kstDayOf(epochMs(startOf(kstDay) + DAY_MS));

/** Where nobody looked: neither a page of the exchange was read nor the socket listened to. */
function unseenOf(kstDay: string, row: CoverageRow | undefined): Span[] {
  const day = daySpan(kstDay);
  if (row === undefined) return [day];
  return without([day], joinedSpans([{ fromMs: day.fromMs, toMs: row.confirmedToMs }, ...row.followed]));
}

/** Candles that lie wholly within the spans and begin within [fromMs, beforeMs). */
function candlesWithin(spans: readonly Span[], intervalMs: number, range: Span): number {
  let count = 0;
  for (const span of spans) {
    const first = Math.ceil(Math.max(span.fromMs, range.fromMs) / intervalMs);
    const last = Math.min(Math.floor(span.toMs / intervalMs), Math.ceil(range.toMs / intervalMs));
    count += Math.max(0, last - first);
  }
  return count;
}

/** One KST day's coverage at an interval. A candle is there when one of its minutes is; one that begins before midnight
 *  and ends after it belongs to the day in which it begins. */
export function dayCoverage(known: KnownDays, kstDay: string, intervalMs: number): DayCoverage {
  const { rows, nowMs } = known;
  const range = { fromMs: startOf(kstDay), toMs: epochMs(Math.min(startOf(kstDay) + DAY_MS, nowMs)) };
  const past: Span = { fromMs: epochMs(0), toMs: epochMs(Math.max(0, nowMs)) };
  const days = intervalMs > MINUTE_MS ? [kstDay, dayAfter(kstDay)] : [kstDay];
  const holes = days.flatMap((day) => rows.get(day)?.holes ?? []);
  const unseen = days.flatMap((day) => unseenOf(day, rows.get(day)));
  const count = (spans: readonly Span[]) => candlesWithin(cut(joinedSpans(spans), past), intervalMs, range);
  const byKind = Object.fromEntries(
    HOLE_KINDS.map((kind) => [kind, count(holes.filter((hole) => hole.kind === kind))]),
  ) as Record<HoleKind, number>;
  const unseenCount = count(unseen);
  const missing = count([...holes, ...unseen]);
  // A longer candle may be absent for two reasons together.
  const mixed = missing - unseenCount - HOLE_KINDS.reduce((sum, kind) => sum + byKind[kind], 0);
  const want = count([daySpan(kstDay), daySpan(dayAfter(kstDay))]);
  const unchecked = !rows.has(kstDay) && known.stored.has(kstDay);
  return {
    kstDay,
    state: stateOf(known, kstDay),
    have: unchecked ? null : want - missing,
    want,
    missing: { ...byKind, unknown: byKind.unknown + mixed, unseen: unchecked ? 0 : unseenCount },
  };
}

const cut = (spans: readonly Span[], within: Span): Span[] =>
  spans.flatMap(({ fromMs, toMs }) =>
    fromMs < within.toMs ? [{ fromMs, toMs: epochMs(Math.min(toMs, within.toMs)) }] : [],
  );

function stateOf({ rows, stored, nowMs }: KnownDays, kstDay: string): DayState {
  const row = rows.get(kstDay);
  if (startOf(kstDay) === kstDayStart(nowMs)) return "open";
  if (row === undefined) return stored.has(kstDay) ? "unchecked" : "none";
  if (row.rows === 0 && row.seal === null) return "none";
  if (row.seal === null) return "partial";
  if (row.holes.some(({ kind }) => kind === "unknown" || kind === "dropped")) return "holes";
  return row.holes.some(({ kind }) => kind === "outage") ? "outage" : "sealed";
}

/** Months from the first day of which anything is known to today, newest first, each with its days in order. */
export function monthsOf({ rows, stored, nowMs }: KnownDays): { readonly month: string; readonly days: string[] }[] {
  const today = kstDayOf(nowMs);
  const first = [...rows.keys(), ...stored].reduce((least, day) => (day < least ? day : least), today);
  const days: string[] = [];
  for (let day = `${first.slice(0, 7)}-01`; day <= today; day = dayAfter(day)) days.push(day);
  return [...Map.groupBy(days, (day) => day.slice(0, 7))]
    .map(([month, inMonth]) => ({ month, days: inMonth }))
    .toReversed();
}

/** Column of a day in a week that begins on Sunday, 0 to 6. */
export const weekColumn = (kstDay: string): number => new Date(startOf(kstDay) + 9 * HOUR_MS).getUTCDay();
