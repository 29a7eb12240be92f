import { columnsOf, type Candle } from "../../../domain/candle.ts";
import { greatestDivisor } from "../../../domain/candle-codec/number-grid.ts";
import { CandleFileReader, noCandleFault, type CandleFileFault } from "../../../domain/candle-file.ts";
import type { Fault } from "../../../domain/fault.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { fail, ok, type Result } from "../../../domain/result.ts";
import { kstDayOf } from "../../../domain/time.ts";
import { epochMs, MINUTE_MS, type EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import { storageResult } from "../storage-result.ts";
import { candleTables } from "./candle-tables.ts";
import { candlesBetween, mergedCandles } from "./candle-pieces.ts";
import { putTail } from "./candle-tail.ts";
import type { FileProgress } from "./export-candles.ts";
import { fileLines } from "./file-lines.ts";
import { DAYS_KEPT_LOOSE, gatherMonths } from "./gather-months.ts";
import { dayEnd, daysEarlier, dayStart, monthOfDay, monthSpan } from "./kst-calendar.ts";
import { readDay } from "./read-day.ts";
import { storeDay, storedDays } from "./store-day.ts";
import { storeDays } from "./store-days.ts";

/** What came of an import. */
export type ImportReport = {
  readonly rowCount: number;
  /** KST days that were put away, and days that were stored already and stay as they are. */
  readonly daysStored: number;
  readonly daysKept: number;
  /** The user stopped it; the days that were stored by then are whole. */
  readonly stopped: boolean;
};
export type ImportFault =
  | { readonly kind: "file"; readonly fault: CandleFileFault }
  | { readonly kind: "storage"; readonly fault: Fault };

export type ImportOptions = {
  readonly marketNowMs: EpochMs;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FileProgress) => void;
};

/** So many candles at the least before their spacing says anything. */
const FEWEST_TO_JUDGE = 5;
/** Wider steps than this between all of a file's candles mean that they are not minutes: Upbit's next interval is three. */
const WIDEST_STEP_MS = 2 * MINUTE_MS;

/** Brings a CSV file of one-minute candles, gzip'd or not, into the store. The whole file is checked before anything is
 *  written; days then go in whole, a month at a time. A day that is stored stays as it is; what was followed of a day
 *  stands beside the file's candles; the day that is still open goes to the tail. Imported days carry no seal: a repair
 *  holds them against the exchange. Source of the format: data/README.md. Rules C15, C16. */
export async function importCandles(
  db: ObservatorDatabase,
  { market, file }: { readonly market: MarketCode; readonly file: Blob },
  { marketNowMs, signal, onProgress = () => {} }: ImportOptions,
): Promise<Result<ImportReport, ImportFault>> {
  const report = { rowCount: 0, daysStored: 0, daysKept: 0, stopped: false };
  const checked = await checkFile(market, file, signal, (share) => onProgress({ rowCount: 0, share: share / 2 }));
  if (!checked.ok) return fail({ kind: "file", fault: checked.fault });
  const looseFrom = daysEarlier(kstDayOf(checked.value), DAYS_KEPT_LOOSE - 1);
  let read = 0;
  for await (const candles of months(market, file, (share) => (read = share))) {
    if (signal?.aborted) return ok({ ...report, stopped: true });
    const stored = await storageResult(() => storeMonthOf(db, market, candles, { marketNowMs, looseFrom }));
    if (!stored.ok) return fail({ kind: "storage", fault: stored.fault });
    report.rowCount += candles.length;
    report.daysStored += stored.value.stored;
    report.daysKept += stored.value.kept;
    onProgress({ rowCount: report.rowCount, share: 0.5 + read / 2 });
  }
  await storageResult(() => gatherMonths(db, market, marketNowMs));
  return ok(report);
}

/** Reads every line once; nothing is written before all of them are sound.
 *  @returns the start of the newest candle */
async function checkFile(
  market: MarketCode,
  file: Blob,
  signal: AbortSignal | undefined,
  onShare: (share: number) => void,
): Promise<Result<EpochMs, CandleFileFault>> {
  const reader = new CandleFileReader(market, "refused");
  let [rows, step] = [0, 0];
  let newestMs = epochMs(0);
  try {
    for await (const line of fileLines(file, onShare)) {
      if (signal?.aborted) break;
      const taken = reader.take(line);
      if (!taken.ok) return taken;
      if (taken.value === null) continue;
      if (rows > 0) step = greatestDivisor(taken.value.openTimeMs - newestMs, step);
      newestMs = taken.value.openTimeMs;
      rows += 1;
    }
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem;
    return fail({
      line: reader.line + 1,
      kind: "unreadable",
      about: "",
      problem: "the file is cut off, damaged or no text from here on",
    });
  }
  if (rows >= FEWEST_TO_JUDGE && step > WIDEST_STEP_MS) {
    const minutes = String(step / MINUTE_MS);
    const problem = `these are ${minutes}-minute candles; only minutes are taken`;
    return fail({ line: 2, kind: "coarse", about: minutes, problem });
  }
  return rows > 0 || signal?.aborted ? ok(newestMs) : fail(noCandleFault(market, reader.line));
}

/** The file's candles by KST month, oldest first. The file is known to be sound. */
async function* months(market: MarketCode, file: Blob, onShare: (share: number) => void): AsyncGenerator<Candle[]> {
  const reader = new CandleFileReader(market, "refused");
  let candles: Candle[] = [];
  let endsMs = Infinity;
  for await (const line of fileLines(file, onShare)) {
    const taken = reader.take(line);
    if (!taken.ok || taken.value === null) continue;
    if (taken.value.openTimeMs >= endsMs) {
      yield candles;
      candles = [];
    }
    if (candles.length === 0) endsMs = monthSpan(monthOfDay(kstDayOf(taken.value.openTimeMs)))[1];
    candles.push(taken.value);
  }
  if (candles.length > 0) yield candles;
}

async function storeMonthOf(
  db: ObservatorDatabase,
  market: MarketCode,
  candles: readonly Candle[],
  { marketNowMs, looseFrom }: { readonly marketNowMs: EpochMs; readonly looseFrom: string },
): Promise<{ readonly stored: number; readonly kept: number }> {
  const columns = columnsOf(candles);
  const known = new Set(await storedDays(db, market));
  const kstDays = [...new Set(candles.map(({ openTimeMs }) => kstDayOf(openTimeMs)))];
  const fresh = kstDays.filter((kstDay) => !known.has(kstDay));
  const over = fresh.filter((kstDay) => dayEnd(kstDay) <= marketNowMs);
  const untouched: { kstDay: string; columns: typeof columns }[] = [];
  for (const kstDay of over) {
    const imported = candlesBetween(columns, dayStart(kstDay), dayEnd(kstDay));
    const joined = await db.transaction("rw", candleTables(db), async () => {
      const held = await readDay(db, market, kstDay);
      if (held.whole || held.columns.openTimeMs.length === 0) return held.whole;
      await storeDay(db, { market, kstDay, columns: mergedCandles(imported, held.columns) }, marketNowMs);
      return true;
    });
    if (!joined) untouched.push({ kstDay, columns: imported });
  }
  await storeDays(db, market, untouched, { storedAtMs: marketNowMs, looseFrom });
  const open = fresh.find((kstDay) => dayEnd(kstDay) > marketNowMs);
  if (open !== undefined) await keepOpenDay(db, market, candles, open);
  return { stored: over.length, kept: kstDays.length - fresh.length };
}

/** Of the open day only what is not at hand yet: what was followed came from the exchange itself. */
async function keepOpenDay(
  db: ObservatorDatabase,
  market: MarketCode,
  candles: readonly Candle[],
  kstDay: string,
): Promise<void> {
  const held = new Set((await readDay(db, market, kstDay)).columns.openTimeMs);
  const missing = candles.filter(({ openTimeMs }) => kstDayOf(openTimeMs) === kstDay && !held.has(openTimeMs));
  await putTail(db, market, missing);
}
