import { MINUTE_MS } from "../../domain/units.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { freeValue, lastTradeOfWhole, splitCandle, type SplitTerms } from "./candle-split.ts";
import {
  cornersOf,
  emptyMinutes,
  firstRowFrom,
  freeMoment,
  PRICE_QUANTA,
  stepOf,
  stepsHigh,
  type MinuteBlock,
  type MinuteColumns,
  type MinuteSeries,
  type WholeCandle,
} from "../market/minute-series.ts";
import { recentOf } from "../market/recent.ts";
import { spanOf, type Tape, type TapeRows } from "./tape.ts";

/** Wide candles whose minutes are kept: a day's worth of hours and more. */
const KEPT_SPLITS = 32;

/** A stretch of one file. Between stretches, and before a stretch's next row, nothing was traded. */
type Stretch = TapeSpanOf & { readonly block: (ms: number) => MinuteBlock };
type TapeSpanOf = { readonly fromMs: number; readonly toMs: number };

/** Recordings of one market, moved by `shiftMs`, as one series that ends where the last of them ends. Where a finer and
 *  a coarser file overlap the finer one plays, and a coarse candle that it covers in part is left out. Two files of one
 *  width must not overlap. */
export function tapeSeries(
  tapes: readonly Tape[],
  shiftMs: number,
  terms: SplitTerms,
): MinuteSeries & { readonly endMs: number } {
  const splits = recentOf<number, MinuteColumns>(KEPT_SPLITS);
  const stretches = stretchesOf(tapes).map(({ tape, fromRow, toRow }) =>
    tape.intervalMs === MINUTE_MS
      ? minuteStretch(tape, [fromRow, toRow], { shiftMs, terms })
      : wideStretch(tape, [fromRow, toRow], { shiftMs, terms, splits }),
  );
  const span = spanOf(tapes);
  const [firstMs, endMs] = [span.firstMs + shiftMs, span.endMs + shiftMs];
  const blockAt = (ms: number): MinuteBlock | null => {
    if (ms < firstMs) return null;
    const inside = stretches.find(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
    if (inside) return inside.block(ms);
    const before = stretches.findLast(({ toMs }) => toMs <= ms)?.toMs ?? firstMs;
    return silence(before, stretches.find(({ fromMs }) => fromMs > ms)?.fromMs ?? endMs);
  };
  return { firstMs, endMs, blockAt };
}

/** @returns the fault where two files of one width hold the same time */
export function checkOverlap(tapes: readonly Tape[]): Result<null, string> {
  const sorted = tapes.toSorted((a, b) => a.intervalMs - b.intervalMs || a.firstMs - b.firstMs);
  const at = sorted.findIndex(
    (tape, row) => row > 0 && sorted[row - 1]!.intervalMs === tape.intervalMs && tape.firstMs < sorted[row - 1]!.endMs,
  );
  return at === -1
    ? ok(null)
    : fail(`${sorted[at]!.file}: overlaps ${sorted[at - 1]!.file}, which has candles of the same width`);
}

type Part = { readonly tape: Tape; readonly fromRow: number; readonly toRow: number };

/** Which rows of which file play, oldest first: runs of rows that no finer file reaches into. */
function stretchesOf(tapes: readonly Tape[]): Part[] {
  const parts: Part[] = [];
  for (const tape of tapes.toSorted((a, b) => a.intervalMs - b.intervalMs)) {
    const finer = tapes.filter(({ intervalMs }) => intervalMs < tape.intervalMs);
    const { openTimeMs } = tape.rows;
    let fromRow = 0;
    for (let row = 0; row <= openTimeMs.length; row++) {
      const startMs = openTimeMs[row] ?? Infinity;
      const covered = finer.some(({ firstMs, endMs }) => startMs + tape.intervalMs > firstMs && startMs < endMs);
      const jumped = row > fromRow && finer.some(({ firstMs }) => firstMs >= openTimeMs[row - 1]! && firstMs < startMs);
      if (row < openTimeMs.length && !covered && !jumped) continue;
      if (row > fromRow) parts.push({ tape, fromRow, toRow: row });
      fromRow = covered ? row + 1 : row;
    }
  }
  return parts.toSorted((a, b) => a.tape.rows.openTimeMs[a.fromRow]! - b.tape.rows.openTimeMs[b.fromRow]!);
}

const silence = (fromMs: number, toMs: number): MinuteBlock => ({ fromMs, toMs, whole: null, columns: NO_MINUTES });
const NO_MINUTES = emptyMinutes(0);

type Moved = { readonly shiftMs: number; readonly terms: SplitTerms };

function minuteStretch(tape: Tape, [fromRow, toRow]: readonly [number, number], { shiftMs, terms }: Moved): Stretch {
  const values = new Map<number, bigint>();
  const columns = emptyMinutes(toRow - fromRow, values);
  const { rows } = tape;
  for (const name of ["open", "high", "low", "close"] as const) columns[name].set(rows[name].subarray(fromRow, toRow));
  for (let at = 0; at < toRow - fromRow; at++) {
    columns.openTimeMs[at] = rows.openTimeMs[fromRow + at]! + shiftMs;
    columns.units[at] = Number(rows.units[fromRow + at]!);
    columns.step[at] = stepOf(terms.grid, cornersOf(columns, at));
    const recorded = rows.values.get(fromRow + at);
    columns.moment[at] = momentOf(columns, at, { marketHash: terms.marketHash, recorded, values });
  }
  const fromMs = columns.openTimeMs[0]!;
  const toMs = columns.openTimeMs.at(-1)! + MINUTE_MS;
  const block = { fromMs, toMs, whole: null, columns };
  return { fromMs, toMs, block: () => block };
}

/** The moment that makes the recorded value, or a free one. A value that no moment makes is kept as it is. */
function momentOf(
  columns: MinuteColumns,
  row: number,
  {
    marketHash,
    recorded,
    values,
  }: {
    readonly marketHash: number;
    readonly recorded: bigint | undefined;
    readonly values: Map<number, bigint>;
  },
): number {
  if (recorded !== undefined) {
    const step = columns.step[row]!;
    const units = BigInt(columns.units[row]!);
    const quantum = BigInt(Math.round(step * PRICE_QUANTA));
    const above = recorded - quantum * BigInt(Math.round(columns.low[row]! / step)) * units;
    const most = BigInt(stepsHigh(columns, row)) * units;
    if (above % quantum === 0n && above >= 0n && above / quantum <= most) return Number(above / quantum);
    values.set(columns.openTimeMs[row]!, recorded);
  }
  return freeMoment(marketHash, columns, row);
}

function wideStretch(
  tape: Tape,
  [fromRow, toRow]: readonly [number, number],
  { shiftMs, terms, splits }: Moved & { readonly splits: ReturnType<typeof recentOf<number, MinuteColumns>> },
): Stretch {
  const { rows, intervalMs } = tape;
  const starts = rows.openTimeMs.subarray(fromRow, toRow);
  const fromMs = starts[0]! + shiftMs;
  const toMs = starts.at(-1)! + intervalMs + shiftMs;
  const block = (ms: number): MinuteBlock => {
    const at = firstRowFrom(starts, ms - shiftMs + 1) - 1;
    const startMs = starts[at]! + shiftMs;
    const endMs = startMs + intervalMs;
    if (ms >= endMs) return silence(endMs, starts[at + 1]! + shiftMs);
    const whole = wholeOf(rows, fromRow + at, { ...terms, startMs, endMs });
    return {
      fromMs: startMs,
      toMs: endMs,
      whole,
      get columns() {
        return splits(startMs, () => splitCandle(terms, whole, endMs));
      },
    };
  };
  return { fromMs, toMs, block };
}

function wholeOf(
  rows: TapeRows,
  row: number,
  { startMs, endMs, ...terms }: SplitTerms & { readonly startMs: number; readonly endMs: number },
): WholeCandle {
  const units = rows.units[row]!;
  const candle = {
    openTimeMs: startMs,
    open: rows.open[row]!,
    high: rows.high[row]!,
    low: rows.low[row]!,
    close: rows.close[row]!,
    units,
  };
  return {
    ...candle,
    value: rows.values.get(row) ?? freeValue(terms, candle),
    lastTradeMs: lastTradeOfWhole(terms.marketHash, [startMs, endMs], units),
  };
}
