import { columnsOf, emptyColumns, type Candle, type CandleColumns } from "../../domain/candle.ts";
import { CandleFileReader } from "../../domain/candle-file.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { kstDayOf, kstDayStart } from "../../domain/time.ts";
import { DAY_MS, epochMs } from "../../domain/units.ts";
import { candlesBetween } from "../../web/store/candles/candle-pieces.ts";

export const MARKET = "KRW-BTC" as MarketCode;
/** Minutes of a year: the row count of every figure of storage. */
export const YEAR_ROWS = 525_600;
/** The recorded quarter's length; each repetition goes on where the one before ended. */
const QUARTER_MS = 91 * DAY_MS;

/** The recorded minutes of one quarter, 2024-01-01 to 2024-03-31 KST. */
async function recordedQuarter(): Promise<CandleColumns> {
  const packed = (await fetch("/candles.csv.gz")).body!;
  const text = await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text();
  const reader = new CandleFileReader(MARKET);
  const candles: Candle[] = [];
  for (const line of text.trimEnd().split("\n")) {
    const candle = reader.take(line);
    if (!candle.ok) throw new Error(candle.fault.problem);
    if (candle.value !== null) candles.push(candle.value);
  }
  const columns = columnsOf(candles);
  return candlesBetween(columns, columns.openTimeMs[0]!, columns.openTimeMs[0]! + QUARTER_MS);
}

/** The real minutes repeated to `rowCount` rows. The value column, which the recording lacks, is filled with volume times
 *  a mean price that lies somewhere in the candle (the middle of its four prices, give or take half its range: noise from
 *  a fixed seed), rounded to five decimals as the exchange does. */
export async function repeatedMinutes(rowCount: number): Promise<CandleColumns> {
  const quarter = await recordedQuarter();
  const columns = emptyColumns(rowCount);
  const chance = seededChance(20_240_101);
  const { length } = quarter.openTimeMs;
  for (let row = 0; row < rowCount; row += 1) {
    const at = row % length;
    const [open, high, low, close] = [quarter.open[at]!, quarter.high[at]!, quarter.low[at]!, quarter.close[at]!];
    columns.openTimeMs[row] = quarter.openTimeMs[at]! + Math.floor(row / length) * QUARTER_MS;
    columns.open[row] = open;
    columns.high[row] = high;
    columns.low[row] = low;
    columns.close[row] = close;
    columns.volume[row] = quarter.volume[at]!;
    const meanPrice = (open + high + low + close) / 4 + ((chance() + chance() - 1) * (high - low)) / 2;
    columns.value[row] = Math.round(meanPrice * quarter.volume[at]! * 1e5) / 1e5;
  }
  return columns;
}

/** Numbers in [0, 1) from a seed: mulberry32. */
function seededChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The KST days of a series, oldest first. */
export function daysOf(columns: CandleColumns): { kstDay: string; columns: CandleColumns }[] {
  const days: { kstDay: string; columns: CandleColumns }[] = [];
  const last = columns.openTimeMs.at(-1)!;
  for (let start = kstDayStart(epochMs(columns.openTimeMs[0]!)); start <= last; start = epochMs(start + DAY_MS))
    days.push({ kstDay: kstDayOf(start), columns: candlesBetween(columns, start, start + DAY_MS) });
  return days;
}

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
