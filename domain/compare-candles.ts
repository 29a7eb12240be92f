import type { CandleColumns } from "./candle.ts";
import type { Span } from "./candle-holes.ts";

/** How candles at hand differ from the source's, counted in candles. */
export type CandleDifference = {
  /** The source has it, we listened and have not taken it. */
  readonly dropped: number;
  /** The source has it and we have not, for whatever reason. */
  readonly missing: number;
  /** Both have it, and not the same. A value that we never knew is no difference. */
  readonly corrected: number;
  /** We have it and the source has not. */
  readonly unfounded: number;
};

const COMPARED = ["open", "high", "low", "close", "volume"] as const;

/** Holds candles against the source's final ones. Both oldest first.
 *  @param listened when we could have taken what there was, oldest first, without overlaps. Rules C23, C24. */
export function compareCandles(
  held: CandleColumns,
  source: CandleColumns,
  listened: readonly Span[],
): CandleDifference {
  const difference = { dropped: 0, missing: 0, corrected: 0, unfounded: 0 };
  let at = 0;
  let span = 0;
  for (let row = 0; row < source.openTimeMs.length; row += 1) {
    const openTimeMs = source.openTimeMs[row]!;
    for (; held.openTimeMs[at]! < openTimeMs; at += 1) difference.unfounded += 1;
    if (held.openTimeMs[at] === openTimeMs) {
      if (differs(held, at, source, row)) difference.corrected += 1;
      at += 1;
      continue;
    }
    difference.missing += 1;
    while (span < listened.length && listened[span]!.toMs <= openTimeMs) span += 1;
    if (span < listened.length && listened[span]!.fromMs <= openTimeMs) difference.dropped += 1;
  }
  difference.unfounded += held.openTimeMs.length - at;
  return difference;
}

function differs(held: CandleColumns, at: number, source: CandleColumns, row: number): boolean {
  if (COMPARED.some((name) => held[name][at] !== source[name][row])) return true;
  const value = held.value[at]!;
  return !Number.isNaN(value) && value !== source.value[row];
}
