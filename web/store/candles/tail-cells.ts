import { CANDLE_COLUMNS, emptyColumns, type CandleColumns } from "../../../domain/candle.ts";

/** All columns in one array, one after another. */
export function cellsOf(columns: CandleColumns): Float64Array {
  const count = columns.openTimeMs.length;
  const cells = new Float64Array(CANDLE_COLUMNS.length * count);
  CANDLE_COLUMNS.forEach((name, at) => cells.set(columns[name], at * count));
  return cells;
}

/** The inverse; the columns share the array's memory. */
export function columnsOfCells(cells: Float64Array | undefined): CandleColumns {
  if (cells === undefined) return emptyColumns(0);
  const count = cells.length / CANDLE_COLUMNS.length;
  const column = (at: number) => cells.subarray(at * count, (at + 1) * count);
  const names = CANDLE_COLUMNS.map((name, at) => [name, column(at)]);
  return Object.fromEntries(names) as CandleColumns;
}

export const rowsInCells = (cells: Float64Array): number => cells.length / CANDLE_COLUMNS.length;
