import { CANDLE_COLUMNS, emptyColumns, type CandleColumns } from "../../../domain/candle.ts";

/** Row of the first candle that begins at `instant` or later. */
export function rowAt({ openTimeMs }: CandleColumns, instant: number): number {
  let [from, to] = [0, openTimeMs.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (openTimeMs[middle]! < instant) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Rows [from, to), sharing memory with `columns`. */
export function rowsOf(columns: CandleColumns, from: number, to: number): CandleColumns {
  const { openTimeMs, open, high, low, close, volume, value } = columns;
  return {
    openTimeMs: openTimeMs.subarray(from, to),
    open: open.subarray(from, to),
    high: high.subarray(from, to),
    low: low.subarray(from, to),
    close: close.subarray(from, to),
    volume: volume.subarray(from, to),
    value: value.subarray(from, to),
  };
}

export const candlesBetween = (columns: CandleColumns, fromMs: number, beforeMs: number): CandleColumns =>
  rowsOf(columns, rowAt(columns, fromMs), rowAt(columns, beforeMs));

/** Pieces that do not overlap as one series, oldest first, in memory of its own. */
export function joinedPieces(pieces: readonly CandleColumns[]): CandleColumns {
  const filled = pieces.filter(({ openTimeMs }) => openTimeMs.length > 0);
  filled.sort((one, other) => one.openTimeMs[0]! - other.openTimeMs[0]!);
  const all = emptyColumns(filled.reduce((sum, { openTimeMs }) => sum + openTimeMs.length, 0));
  let row = 0;
  for (const piece of filled) {
    for (const name of CANDLE_COLUMNS) all[name].set(piece[name], row);
    row += piece.openTimeMs.length;
  }
  return all;
}

/** Pieces that lie one behind the other as one series: cut from one they share its memory still, else they are copied. */
export function seriesOf(pieces: readonly CandleColumns[]): CandleColumns {
  const first = pieces[0];
  const adjacent = pieces.every((piece, at) => {
    const before = at === 0 ? null : pieces[at - 1]!;
    return CANDLE_COLUMNS.every(
      (name) =>
        before === null ||
        (piece[name].buffer === before[name].buffer &&
          piece[name].byteOffset === before[name].byteOffset + before[name].byteLength),
    );
  });
  if (first === undefined || !adjacent) return joinedPieces(pieces);
  const rows = pieces.reduce((sum, { openTimeMs }) => sum + openTimeMs.length, 0);
  const whole = CANDLE_COLUMNS.map((name) => [
    name,
    new Float64Array(first[name].buffer, first[name].byteOffset, rows),
  ]);
  return Object.fromEntries(whole) as CandleColumns;
}

/** Two series as one; where both have a candle the second's stands. */
export function mergedCandles(before: CandleColumns, after: CandleColumns): CandleColumns {
  const [old, fresh] = [before.openTimeMs, after.openTimeMs];
  const all = emptyColumns(old.length + fresh.length);
  let [oldRow, freshRow, row] = [0, 0, 0];
  while (oldRow < old.length || freshRow < fresh.length) {
    const [oldMs, freshMs] = [old[oldRow] ?? Infinity, fresh[freshRow] ?? Infinity];
    const [from, at] = freshMs <= oldMs ? [after, freshRow] : [before, oldRow];
    for (const name of CANDLE_COLUMNS) all[name][row] = from[name][at]!;
    if (oldMs <= freshMs) oldRow += 1;
    if (freshMs <= oldMs) freshRow += 1;
    row += 1;
  }
  return row === all.openTimeMs.length ? all : joinedPieces([rowsOf(all, 0, row)]);
}
