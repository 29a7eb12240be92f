import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { CANDLE_COLUMNS, candleAt, emptyColumns, type Candle, type CandleColumns } from "../../../domain/candle.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { kstDayOf, kstDayStart } from "../../../domain/time.ts";
import { DAY_MS, epochMs } from "../../../domain/units.ts";
import { putTail, storeDays } from "../candle-store.ts";
import { candlesBetween } from "../candles/candle-pieces.ts";
import { dayEnd, dayStart } from "../candles/kst-calendar.ts";
import type { ObservatorDatabase } from "../database.ts";

export const MARKET = "KRW-BTC" as MarketCode;
export const NOW = epochMs(1);

/** The recorded quarter: 2024-01-01 to 2024-03-31, KST. */
export const quarter = recorded();
export const QUARTER_DAYS = daysOf(quarter);

function recorded(): CandleColumns {
  const text = gunzipSync(readFileSync("data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz")).toString("utf8");
  const lines = text.trim().split("\n").slice(1);
  const columns = emptyColumns(lines.length);
  lines.forEach((line, row) => {
    const cells = line.split(",");
    columns.openTimeMs[row] = Date.parse(`${cells[1]}Z`);
    (["open", "high", "low", "close"] as const).forEach((name, at) => (columns[name][row] = Number(cells[at + 2])));
    columns.value[row] = NaN;
    columns.volume[row] = Number(cells[7]);
  });
  return columns;
}

function daysOf(columns: CandleColumns): { kstDay: string; columns: CandleColumns }[] {
  const days: { kstDay: string; columns: CandleColumns }[] = [];
  const last = columns.openTimeMs.at(-1)!;
  for (let start = kstDayStart(epochMs(columns.openTimeMs[0]!)); start <= last; start = epochMs(start + DAY_MS))
    days.push({ kstDay: kstDayOf(start), columns: candlesBetween(columns, start, start + DAY_MS) });
  return days;
}

export const sliceOf = (from: string, to: string) => candlesBetween(quarter, dayStart(from), dayEnd(to));
export const plain = (columns: CandleColumns) => CANDLE_COLUMNS.map((name) => [...columns[name]]);
export const candlesOf = (columns: CandleColumns): Candle[] =>
  Array.from(columns.openTimeMs, (_, row) => candleAt(columns, row));

/** All of it, the newest day in the tail. */
export async function fillQuarter(db: ObservatorDatabase): Promise<void> {
  const [head, last] = [QUARTER_DAYS.slice(0, -1), QUARTER_DAYS.at(-1)!];
  await storeDays(db, MARKET, head, { storedAtMs: NOW });
  await putTail(db, MARKET, candlesOf(last.columns));
}
