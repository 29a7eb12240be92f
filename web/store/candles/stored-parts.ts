import { CANDLE_COLUMNS, type CandleColumns } from "../../../domain/candle.ts";
import { decodeCandles } from "../../../domain/candle-codec/decode-candles.ts";
import type { EpochMs } from "../../../domain/units.ts";
import type { CandleDayRow, CandleHourRow, CandleMonthRow } from "../tables.ts";
import { candlesBetween } from "./candle-pieces.ts";
import { columnsOfCells, rowsInCells } from "./hour-cells.ts";
import { dayEnd, dayStart, monthOfDay } from "./kst-calendar.ts";
import type { DamagedBlock } from "./quarantine.ts";

/** Rows as they lie in the store, not read yet. */
export type FoundRows = {
  readonly hours: readonly CandleHourRow[];
  readonly days: readonly CandleDayRow[];
  readonly months: readonly CandleMonthRow[];
};

/** A stretch of candles that no other part lies within. */
export type StoredPart = {
  readonly fromMs: EpochMs;
  readonly rowCount: number;
  /** Writes its candles into columns of `rowCount` rows.
   *  @returns the block that could not be read, or null */
  fill(into: CandleColumns): DamagedBlock | null;
};

/** The parts of which the rows are made, oldest first: where a month is wanted as a whole, one part decoded in place. */
export function storedParts({ hours, days, months }: FoundRows): StoredPart[] {
  const loose = days.filter((row) => row.block !== undefined);
  const gathered = Map.groupBy(
    days.filter((row) => row.block === undefined),
    ({ kstDay }) => monthOfDay(kstDay),
  );
  const parts = [
    ...hours.map(hourPart),
    ...loose.map(dayPart),
    ...months.flatMap((month) => monthParts(month, gathered.get(month.kstMonth) ?? [])),
  ];
  return parts.filter(({ rowCount }) => rowCount > 0).toSorted((one, other) => one.fromMs - other.fromMs);
}

const hourPart = ({ hourMs, cells }: CandleHourRow): StoredPart => ({
  fromMs: hourMs,
  rowCount: rowsInCells(cells),
  fill(into) {
    copy(columnsOfCells(cells), into);
    return null;
  },
});

const dayPart = ({ market, kstDay, rowCount, block }: CandleDayRow): StoredPart => ({
  fromMs: dayStart(kstDay),
  rowCount,
  fill(into) {
    const columns = decodeCandles(block!, into);
    return columns.ok ? null : { market, period: kstDay, bytes: block!, reason: columns.fault.detail };
  },
});

/** Runs of wanted days without a break: another part may lie in the break. */
function monthParts(month: CandleMonthRow, wanted: readonly CandleDayRow[]): StoredPart[] {
  const rowsOfDay = new Map(wanted.map(({ kstDay, rowCount }) => [kstDay, rowCount]));
  const runs: string[][] = [];
  for (const kstDay of month.days.filter((day) => rowsOfDay.has(day))) {
    const before = runs.at(-1)?.at(-1);
    if (before !== undefined && dayEnd(before) === dayStart(kstDay)) runs.at(-1)!.push(kstDay);
    else runs.push([kstDay]);
  }
  const whole = runs[0]?.length === month.days.length;
  const damaged = (reason: string): DamagedBlock => ({
    market: month.market,
    period: month.kstMonth,
    bytes: month.block,
    reason,
  });
  let decoded: ReturnType<typeof decodeCandles> | null = null;
  return runs.map((run) => ({
    fromMs: dayStart(run[0]!),
    rowCount: run.reduce((sum, kstDay) => sum + rowsOfDay.get(kstDay)!, 0),
    fill(into) {
      if (!whole) decoded ??= decodeCandles(month.block);
      const columns = decoded ?? decodeCandles(month.block, into);
      if (!columns.ok) return damaged(columns.fault.detail);
      if (whole) return null;
      const own = candlesBetween(columns.value, dayStart(run[0]!), dayEnd(run.at(-1)!));
      if (own.openTimeMs.length !== into.openTimeMs.length) return damaged("The month holds other days than it says.");
      copy(own, into);
      return null;
    },
  }));
}

function copy(from: CandleColumns, into: CandleColumns): void {
  for (const name of CANDLE_COLUMNS) into[name].set(from[name]);
}
