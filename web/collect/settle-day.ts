import { columnsOf, type CandleColumns } from "../../domain/candle.ts";
import { encodeCandles } from "../../domain/candle-codec/encode-candles.ts";
import { compareCandles, type CandleDifference } from "../../domain/compare-candles.ts";
import { MINUTE_MS, epochMs, type EpochMs } from "../../domain/units.ts";
import { candleTables, putTail, readDay, removeDay, storeDay } from "../store/candle-store.ts";
import { coverageOfDay, kstDaySpan, noteCoverage } from "../store/coverage-store.ts";
import type { ObservatorDatabase } from "../store/database.ts";
import type { DaySeal } from "../store/tables.ts";
import type { AskedDay, DayPage } from "./day-page.ts";

export type SettlePorts = { readonly db: ObservatorDatabase; wallNow(): EpochMs };

/** SHA-256 of the candles' block, lower-case hex: equal for equal candles on every machine. */
export async function contentHashOf(columns: CandleColumns): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", encodeCandles(columns));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Holds a day against a fresh page of it: the exchange's final candle replaces what was followed, what we failed to take
 *  is brought in, both are counted, and a finished day is sealed. Candles, coverage and seal are one step: all of it or
 *  nothing. A sealed day stays as it is; a later page that says otherwise leaves a hole named `dropped`.
 *  Rules C5, C23, C24. */
export async function settleDay(ports: SettlePorts, asked: AskedDay, page: DayPage): Promise<CandleDifference> {
  const { db } = ports;
  const { market, kstDay } = asked;
  const day = kstDaySpan(kstDay);
  const source = columnsOf(page.candles);
  const contentHash = page.complete ? await contentHashOf(source) : null;
  const atMs = ports.wallNow();
  return db.transaction("rw", [...candleTables(db), db.coverage], async () => {
    const held = await readDay(db, market, kstDay);
    const known = await coverageOfDay(db, market, kstDay);
    // Whoever recorded a whole day that we only imported listened all day.
    const listened = held.whole && known === null ? [day] : (known?.followed ?? []);
    const difference = compareCandles(held.columns, source, listened);
    // A sealed day that is not at hand was lost with a damaged block.
    if (known?.seal && held.whole) return difference;
    if (held.whole) await removeDay(db, market, kstDay);
    if (contentHash !== null) await storeDay(db, { market, kstDay, columns: source }, atMs);
    else await putTail(db, market, page.candles);
    const seal: DaySeal | undefined =
      contentHash === null
        ? undefined
        : { sealedAtMs: atMs, contentHash, rowCount: page.candles.length, source: page.source };
    const { columns } = await readDay(db, market, kstDay);
    const readToMs = page.complete ? day.toMs : epochMs((page.candles.at(-1)?.openTimeMs ?? -Infinity) + MINUTE_MS);
    await noteCoverage(db, asked, {
      openTimesMs: columns.openTimeMs,
      confirmedToMs: epochMs(Math.max(day.fromMs, readToMs)),
      dropped: difference.dropped,
      corrected: difference.corrected,
      source: page.source,
      ...(seal && { seal }),
      atMs,
    });
    return difference;
  });
}
