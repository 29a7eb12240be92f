import type { CandleColumns } from "../../../domain/candle.ts";
import { encodeCandles } from "../../../domain/candle-codec/encode-candles.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { kstDayOf } from "../../../domain/time.ts";
import { epochMs, type EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import type { CandleMonthRow } from "../tables.ts";
import { seriesOf } from "./candle-pieces.ts";
import { candleTables, piecesOfDays } from "./candle-tables.ts";
import { DAYS_GATHERED, DAYS_KEPT_LOOSE } from "./gather-months.ts";
import { dayStart, monthOfDay } from "./kst-calendar.ts";
import { noLongerAwaited } from "./quarantine.ts";
import { storeLoose } from "./store-day.ts";

type DayOfMarket = { readonly kstDay: string; readonly columns: CandleColumns };
type MonthOfDays = { readonly kstMonth: string; readonly days: readonly DayOfMarket[] };

/** Months written in one step. Few, so that making the next ones fills the time that the database takes for these; not
 *  one, because each step costs a trip to the database, in which nothing is made. */
const MONTHS_A_STEP = 3;

/** Puts many finished days away, each as `storeDay` would; most of a month's days go straight into its block. Days that
 *  are stored already are left as they are. Rules C6, C16.
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
  const months = await emptyMonths(db, market, old);
  let writing: Promise<boolean> = Promise.resolve(true);
  const refused: string[] = [];
  for (let at = 0; at < months.length; at += MONTHS_A_STEP) {
    const step = months.slice(at, at + MONTHS_A_STEP);
    const rows = step.map((month) => monthRow(market, month, storedAtMs));
    await writing;
    // The next blocks are made while the database writes these.
    const started = Promise.withResolvers<void>();
    writing = addMonths(db, market, { months: step, rows }, started.resolve);
    void writing.then((added) => added || refused.push(...step.map(({ kstMonth }) => kstMonth)));
    await Promise.race([started.promise, writing]);
  }
  await writing;
  const gathered = new Set(months.map(({ kstMonth }) => kstMonth).filter((kstMonth) => !refused.includes(kstMonth)));
  const left = days.filter(({ kstDay }) => kstDay >= looseFrom || !gathered.has(monthOfDay(kstDay)));
  await storeLoose(db, market, left, storedAtMs);
}

/** Months of which most days come, and of which nothing is at hand yet. */
async function emptyMonths(
  db: ObservatorDatabase,
  market: MarketCode,
  days: readonly DayOfMarket[],
): Promise<MonthOfDays[]> {
  if (days.length === 0) return [];
  const pieces = await piecesOfDays(db, market, [days[0]!.kstDay, days.at(-1)!.kstDay]).primaryKeys();
  const begun = new Set(pieces.map(([, fromMs]) => monthOfDay(kstDayOf(epochMs(fromMs)))));
  return [...Map.groupBy(days, ({ kstDay }) => monthOfDay(kstDay))]
    .map(([kstMonth, days]) => ({ kstMonth, days }))
    .filter(({ kstMonth, days }) => days.length >= DAYS_GATHERED && !begun.has(kstMonth));
}

function monthRow(market: MarketCode, { kstMonth, days }: MonthOfDays, writtenAtMs: EpochMs): CandleMonthRow {
  const series = seriesOf(days.map(({ columns }) => columns));
  const rowCount = series.openTimeMs.length;
  return {
    market,
    kstMonth,
    days: days.map(({ kstDay }) => kstDay),
    rowCount,
    block: encodeCandles(series),
    writtenAtMs,
  };
}

/** Adds the blocks of some months in a row and their days' rows in one step.
 *  @param onStarted the writes are on their way
 *  @returns false, and nothing is written, when anything of the months' days is at hand by now */
async function addMonths(
  db: ObservatorDatabase,
  market: MarketCode,
  { months, rows }: { readonly months: readonly MonthOfDays[]; readonly rows: readonly CandleMonthRow[] },
  onStarted: () => void,
): Promise<boolean> {
  const days = months.flatMap(({ days }) => days);
  const kstDays = days.map(({ kstDay }) => kstDay);
  const dayRows = days.map(({ kstDay, columns }) => ({
    market,
    fromMs: dayStart(kstDay),
    wholeDay: kstDay,
    rowCount: columns.openTimeMs.length,
    storedAtMs: rows[0]!.writtenAtMs,
  }));
  const added = db.transaction("rw", candleTables(db), async () => {
    // Asked and written in one go, which spares a trip to the database.
    const begun = Promise.all(
      rows.flatMap(({ kstMonth, days }) => [
        piecesOfDays(db, market, [days[0]!, days.at(-1)!]).count(),
        db.candleMonths.where("[market+kstMonth]").equals([market, kstMonth]).count(),
      ]),
    );
    const written = Promise.all([
      db.candleMonths.bulkPut(rows),
      db.candlePieces.bulkPut(dayRows),
      noLongerAwaited(db, market, kstDays),
    ]);
    const atHand = await begun;
    onStarted();
    if (atHand.every((count) => count === 0)) return written.then(() => true);
    written.catch(() => undefined);
    throw new AtHand();
  });
  return added.catch((problem: unknown) => {
    if (problem instanceof AtHand) return false;
    throw problem;
  });
}

/** Takes the transaction back: something of the months is stored already. */
class AtHand extends Error {}
