import { emptyColumns, type CandleColumns } from "../../domain/candle.ts";
import { MINUTE_MS } from "../../domain/units.ts";

/** A price path for tests, which must not hang on recorded data. Everything has a default: a plain random walk. */
export type Path = {
  readonly count: number;
  readonly seed: number;
  /** Mean log return of the minute, bps. @param minute from 0  @param returns all before it, bps */
  readonly driftBps?: (minute: number, returns: readonly number[]) => number;
  readonly noiseBps?: number;
  /** Offset of the traded price from the middle, bps: the bounce between bid and ask. */
  readonly bounceBps?: number;
  /** Minutes without a candle. */
  readonly isSilent?: (minute: number) => boolean;
};

/** 2024-01-01T00:00:00Z */
const STARTS_MS = 1_704_067_200_000;

/** Numbers in (0, 1). Source: Park and Miller 1988, "minimal standard". */
export function lehmer(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** One-minute candles along the path, silent minutes absent. */
export function seededCandles(path: Path): CandleColumns {
  const { count, seed, driftBps = () => 0, noiseBps = 5, bounceBps = 0, isSilent = () => false } = path;
  const random = lehmer(seed);
  // The sum of twelve uniform numbers is normal enough for a price.
  const normal = () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
  const returns: number[] = [];
  const minutes = Array.from({ length: count }, (_, minute) => minute).filter((minute) => !isSilent(minute));
  const columns = emptyColumns(minutes.length);
  let middle = Math.log(50_000_000);
  let previous = middle;
  let row = 0;
  for (let minute = 0; minute < count; minute += 1) {
    const move = driftBps(minute, returns) + noiseBps * normal();
    returns.push(move);
    middle += move / 10_000;
    const close = middle + ((random() < 0.5 ? -1 : 1) * bounceBps) / 10_000;
    const volume = 0.1 + random();
    if (isSilent(minute)) continue;
    columns.openTimeMs[row] = STARTS_MS + minute * MINUTE_MS;
    columns.open[row] = Math.exp(previous);
    columns.close[row] = Math.exp(close);
    columns.high[row] = Math.exp(Math.max(previous, close) + 0.0001);
    columns.low[row] = Math.exp(Math.min(previous, close) - 0.0001);
    columns.volume[row] = volume;
    columns.value[row] = volume * Math.exp(close);
    previous = close;
    row += 1;
  }
  return columns;
}
