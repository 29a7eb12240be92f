import type { CandleColumns } from "../../../domain/candle.ts";
import { encodeCandles } from "../../../domain/candle-codec/encode-candles.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import type { CandleMonthRow } from "../tables.ts";
import { seriesOf } from "./candle-pieces.ts";
import { candleTables, piecesOfDays } from "./candle-tables.ts";
import { DAYS_GATHERED, DAYS_KEPT_LOOSE } from "./gather-months.ts";
import { dayStart, monthOfDay } from "./kst-calendar.ts";
import { noLongerAwaited } from "./quarantine.ts";
import { storeDay } from "./store-day.ts";

type DayOfMarket = { readonly kstDay: string; readonly columns: CandleColumns };

/** Puts many finished days away, each as `storeDay` would; most of a month's days go straight into its block, in one
 *  step. Days that are stored already are left as they are. Rules C6, C16.
 *  @param days oldest first
 *  @param looseFrom first day that is not put into a month, because it will be among the newest; without it the days'
 *  own newest ones are not */
export async function storeDays(
  db: ObservatorDatabase,
  market: MarketCode,
  days: readonly DayOfMarket[],
  { storedAtMs, looseFrom = days.at(-DAYS_KEPT_LOOSE)?.kstDay ?? "" }: { storedAtMs: EpochMs; looseFrom?: string },
): Promise<void> {
  const old = days.filter(({ kstDay }) => kstDay < looseFrom);
  const left = days.slice(old.length);
  let writing: Promise<readonly DayOfMarket[]> = Promise.resolve([]);
  for (const [kstMonth, inMonth] of Map.groupBy(old, ({ kstDay }) => monthOfDay(kstDay))) {
    if (inMonth.length < DAYS_GATHERED) {
      left.push(...inMonth);
      continue;
    }
    // The block is made while the database writes the one before.
    const series = seriesOf(inMonth.map(({ columns }) => columns));
    const [block, rowCount] = [encodeCandles(series), series.openTimeMs.length];
    left.push(...(await writing));
    const started = Promise.withResolvers<void>();
    const month = {
      market,
      kstMonth,
      days: inMonth.map(({ kstDay }) => kstDay),
      rowCount,
      block,
      writtenAtMs: storedAtMs,
    };
    writing = addMonth(db, { month, inMonth }, started.resolve).then((added) => (added ? [] : inMonth));
    await Promise.race([started.promise, writing]);
  }
  left.push(...(await writing));
  await db.transaction("rw", candleTables(db), () =>
    Promise.all(left.map((day) => storeDay(db, { market, ...day }, storedAtMs))),
  );
}

/** Adds a month's block and its days' rows in one step.
 *  @param onStarted the writes are on their way
 *  @returns false, and nothing is written, when anything of the month's days is at hand already */
async function addMonth(
  db: ObservatorDatabase,
  { month, inMonth }: { readonly month: CandleMonthRow; readonly inMonth: readonly DayOfMarket[] },
  onStarted: () => void,
): Promise<boolean> {
  const { market, days: kstDays, writtenAtMs: storedAtMs } = month;
  const rows = inMonth.map(({ kstDay, columns }) => ({
    market,
    fromMs: dayStart(kstDay),
    wholeDay: kstDay,
    rowCount: columns.openTimeMs.length,
    storedAtMs,
  }));
  return db.transaction("rw", candleTables(db), async () => {
    const pieces = piecesOfDays(db, market, [kstDays[0]!, kstDays.at(-1)!]).count();
    const months = db.candleMonths.where("[market+kstMonth]").equals([market, month.kstMonth]).count();
    if ((await pieces) + (await months) > 0) return false;
    const writes = [db.candleMonths.add(month), db.candlePieces.bulkAdd(rows), noLongerAwaited(db, market, kstDays)];
    onStarted();
    await Promise.all(writes);
    return true;
  });
}
