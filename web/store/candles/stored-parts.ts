import { CANDLE_COLUMNS, type CandleColumns } from "../../../domain/candle.ts";
import { decodeCandles } from "../../../domain/candle-codec/decode-candles.ts";
import type { EpochMs } from "../../../domain/units.ts";
import type { CandleDayRow, CandleTailRow, CandleMonthRow, CandlePieceRow } from "../tables.ts";
import { candlesBetween } from "./candle-pieces.ts";
import { isWholeDay } from "./candle-tables.ts";
import { columnsOfCells, rowsInCells } from "./tail-cells.ts";
import { dayEnd, monthOfDay } from "./kst-calendar.ts";
import type { DamagedBlock } from "./quarantine.ts";

/** A stretch of candles that no other part lies within. */
export type StoredPart = {
  readonly fromMs: EpochMs;
  readonly rowCount: number;
  /** The month whose block holds it, or null where it lies here already. */
  readonly kstMonth: string | null;
  /** Writes its candles into columns of `rowCount` rows.
   *  @param month the row of `kstMonth`
   *  @returns the block that could not be read, or null */
  fill(into: CandleColumns, month: CandleMonthRow | undefined): DamagedBlock | null;
};

/** The parts of which the pieces are made, oldest first; gathered days without a break are one part, as
 *  their month's block may hold another day there that counts no more.
 *  @param pieces oldest first */
export function storedParts(pieces: readonly CandlePieceRow[]): StoredPart[] {
  const parts: StoredPart[] = [];
  let run: CandleDayRow[] = [];
  const endRun = () => {
    if (run.length > 0) parts.push(monthPart(run));
    run = [];
  };
  for (const row of pieces) {
    const before = run.at(-1);
    const gathered = isWholeDay(row) && row.block === undefined;
    const goesOn =
      gathered &&
      before !== undefined &&
      dayEnd(before.wholeDay) === row.fromMs &&
      monthOfDay(before.wholeDay) === monthOfDay(row.wholeDay);
    if (!goesOn) endRun();
    if (gathered) run.push(row);
    else parts.push(isWholeDay(row) ? dayPart(row) : tailPart(row));
  }
  endRun();
  return parts.filter(({ rowCount }) => rowCount > 0);
}

const tailPart = ({ fromMs, cells }: CandleTailRow): StoredPart => ({
  fromMs,
  rowCount: rowsInCells(cells),
  kstMonth: null,
  fill(into) {
    copy(columnsOfCells(cells), into);
    return null;
  },
});

const dayPart = ({ market, wholeDay, fromMs, rowCount, block }: CandleDayRow): StoredPart => ({
  fromMs,
  rowCount,
  kstMonth: null,
  fill(into) {
    const columns = decodeCandles(block!, into);
    return columns.ok ? null : { market, period: wholeDay, bytes: block!, reason: columns.fault.detail };
  },
});

function monthPart(run: readonly CandleDayRow[]): StoredPart {
  const [first, last] = [run[0]!, run.at(-1)!];
  const rowCount = run.reduce((sum, day) => sum + day.rowCount, 0);
  const kstMonth = monthOfDay(first.wholeDay);
  return {
    fromMs: first.fromMs,
    rowCount,
    kstMonth,
    fill(into, month) {
      const broken = (reason: string): DamagedBlock => ({
        market: first.market,
        period: kstMonth,
        bytes: month?.block ?? new Uint8Array(0),
        reason,
      });
      if (month === undefined) return broken("The month's block is gone.");
      // Where every candle of the block is wanted, it is decoded in place.
      const columns = decodeCandles(month.block, month.rowCount === rowCount ? into : undefined);
      if (!columns.ok) return broken(columns.fault.detail);
      if (month.rowCount === rowCount) return null;
      const own = candlesBetween(columns.value, first.fromMs, dayEnd(last.wholeDay));
      if (own.openTimeMs.length !== rowCount) return broken("The month holds other days than it says.");
      copy(own, into);
      return null;
    },
  };
}

function copy(from: CandleColumns, into: CandleColumns): void {
  for (const name of CANDLE_COLUMNS) into[name].set(from[name]);
}
