import type { Candle } from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { kstDayOf } from "../../domain/time.ts";
import { epochMs, MINUTE_MS, type EpochMs } from "../../domain/units.ts";
import { appendCandle, candleTables, readDay } from "../store/candle-store.ts";
import { kstDaySpan, noteCoverage } from "../store/coverage-store.ts";
import type { SettlePorts } from "./settle-day.ts";

/** Stores a candle that closed on the live link, and since when that link was listened to. A day that is put away as a
 *  whole already takes neither. Rules C4, C21. */
export function keepFollowed(
  { db, wallNow }: SettlePorts,
  market: MarketCode,
  { candle, fromMs }: { readonly candle: Candle; readonly fromMs: EpochMs },
): Promise<void> {
  const kstDay = kstDayOf(candle.openTimeMs);
  const day = kstDaySpan(kstDay);
  return db.transaction("rw", [...candleTables(db), db.coverage], async () => {
    await appendCandle(db, market, candle);
    const held = await readDay(db, market, kstDay);
    if (held.whole) return;
    const followed = {
      fromMs: epochMs(Math.max(day.fromMs, Math.min(fromMs, candle.openTimeMs))),
      toMs: epochMs(candle.openTimeMs + MINUTE_MS),
    };
    await noteCoverage(db, { market, kstDay }, { openTimesMs: held.columns.openTimeMs, followed, atMs: wallNow() });
  });
}
