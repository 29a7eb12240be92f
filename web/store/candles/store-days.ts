import type { CandleColumns } from "../../../domain/candle.ts";
import { encodeCandles } from "../../../domain/candle-codec/encode-candles.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import { joinedPieces } from "./candle-pieces.ts";
import { candleTables } from "./candle-tables.ts";
import { hoursOfDays } from "./candle-tail.ts";
import { DAYS_KEPT_LOOSE } from "./gather-months.ts";
import { daysInMonth, monthOfDay } from "./kst-calendar.ts";
import { noLongerAwaited } from "./quarantine.ts";
import { storeDay } from "./store-day.ts";

type DayOfMarket = { readonly kstDay: string; readonly columns: CandleColumns };

/** Puts many finished days away, each as `storeDay` would; a whole month goes straight into its block, in one step.
 *  Days that are stored already are left as they are. Rules C6, C16.
 *  @param days oldest first
 *  @param looseFrom first day that is not put into a month, because it will be among the newest; without it the days'
 *  own newest ones are not */
export async function storeDays(
  db: ObservatorDatabase,
  market: MarketCode,
  days: readonly DayOfMarket[],
  { storedAtMs, looseFrom = days.at(-DAYS_KEPT_LOOSE)?.kstDay ?? "" }: { storedAtMs: EpochMs; looseFrom?: string },
): Promise<void> {
  const left: DayOfMarket[] = [];
  for (const [kstMonth, inMonth] of Map.groupBy(days, ({ kstDay }) => monthOfDay(kstDay))) {
    const whole = inMonth.length === daysInMonth(kstMonth) && inMonth.at(-1)!.kstDay < looseFrom;
    if (!whole || !(await storeMonth(db, { market, kstMonth }, inMonth, storedAtMs))) left.push(...inMonth);
  }
  await db.transaction("rw", candleTables(db), async () => {
    for (const day of left) await storeDay(db, { market, ...day }, storedAtMs);
  });
}

/** @returns false when something of the month is stored already */
async function storeMonth(
  db: ObservatorDatabase,
  { market, kstMonth }: { readonly market: MarketCode; readonly kstMonth: string },
  days: readonly DayOfMarket[],
  storedAtMs: EpochMs,
): Promise<boolean> {
  const block = encodeCandles(joinedPieces(days.map(({ columns }) => columns)));
  const kstDays = days.map(({ kstDay }) => kstDay);
  return db.transaction("rw", candleTables(db), async () => {
    const inMonth = db.candleDays
      .where("[market+kstDay]")
      .between([market, kstDays[0]], [market, kstDays.at(-1)], true, true);
    const months = db.candleMonths.where("[market+kstMonth]").equals([market, kstMonth]);
    if ((await inMonth.count()) + (await months.count()) > 0) return false;
    await db.candleMonths.add({ market, kstMonth, days: kstDays, block, writtenAtMs: storedAtMs });
    await db.candleDays.bulkAdd(
      days.map(({ kstDay, columns }) => ({ market, kstDay, rowCount: columns.openTimeMs.length, storedAtMs })),
    );
    await hoursOfDays(db, market, [kstDays[0]!, kstDays.at(-1)!]).delete();
    await noLongerAwaited(db, market, kstDays);
    return true;
  });
}
