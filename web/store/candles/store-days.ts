import Dexie from "dexie";
import type { CandleColumns } from "../../../domain/candle.ts";
import { encodeCandles } from "../../../domain/candle-codec/encode-candles.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import { isFull } from "../storage-result.ts";
import type { CandleMonthRow } from "../tables.ts";
import { seriesOf } from "./candle-pieces.ts";
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
  let writing: Promise<readonly DayOfMarket[]> = Promise.resolve([]);
  for (const [kstMonth, inMonth] of Map.groupBy(days, ({ kstDay }) => monthOfDay(kstDay))) {
    const whole = inMonth.length === daysInMonth(kstMonth) && inMonth.at(-1)!.kstDay < looseFrom;
    if (!whole) {
      left.push(...inMonth);
      continue;
    }
    // The block is made while the database writes the one before.
    const block = encodeCandles(seriesOf(inMonth.map(({ columns }) => columns)));
    left.push(...(await writing));
    const started = Promise.withResolvers<void>();
    const month = { market, kstMonth, days: inMonth.map(({ kstDay }) => kstDay), block, writtenAtMs: storedAtMs };
    writing = addMonth(db, { month, inMonth }, started.resolve).then((added) => (added ? [] : inMonth));
    await Promise.race([started.promise, writing]);
  }
  left.push(...(await writing));
  await db.transaction("rw", candleTables(db), async () => {
    for (const day of left) await storeDay(db, { market, ...day }, storedAtMs);
  });
}

/** All requests at once, in one step.
 *  @param onStarted they are on their way
 *  @returns false, and nothing is written, when something of the month is stored already */
async function addMonth(
  db: ObservatorDatabase,
  { month, inMonth }: { readonly month: CandleMonthRow; readonly inMonth: readonly DayOfMarket[] },
  onStarted: () => void,
): Promise<boolean> {
  const { market, days: kstDays, writtenAtMs: storedAtMs } = month;
  const rows = inMonth.map(({ kstDay, columns }) => ({
    market,
    kstDay,
    rowCount: columns.openTimeMs.length,
    storedAtMs,
  }));
  try {
    await db.transaction("rw", candleTables(db), () => {
      const requests = [
        db.candleMonths.add(month),
        db.candleDays.bulkAdd(rows),
        hoursOfDays(db, market, [kstDays[0]!, kstDays.at(-1)!]).delete(),
        noLongerAwaited(db, market, kstDays),
      ];
      onStarted();
      return Promise.all(requests);
    });
    return true;
  } catch (problem) {
    const taken = problem instanceof Dexie.ConstraintError || problem instanceof Dexie.BulkError;
    if (taken && !isFull(problem)) return false;
    throw problem;
  }
}
