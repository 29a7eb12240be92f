import Dexie, { type Collection, type Table } from "dexie";
import type { MarketCode } from "../../domain/market-code.ts";
import type {
  AutoSessionRow,
  BackfillRow,
  BookMinuteRow,
  CandleMonthRow,
  CandlePieceRow,
  CheckpointRow,
  CoverageRow,
  DamagedBlockRow,
  DecisionRow,
  ModelRow,
  OriginUseRow,
  RepairRow,
  RetentionRow,
  SettingRow,
  TrainingRow,
} from "./tables.ts";
import { upgradeToBlocks } from "./candles/upgrade-to-blocks.ts";

/** The one database of this browser. Screens and workers open it each for themselves; Dexie's live queries cross
 *  between them. */
export type ObservatorDatabase = Dexie & {
  readonly candlePieces: Table<CandlePieceRow, [MarketCode, number]>;
  readonly candleMonths: Table<CandleMonthRow, [MarketCode, string]>;
  readonly damagedBlocks: Table<DamagedBlockRow, number>;
  readonly retentions: Table<RetentionRow, MarketCode>;
  readonly backfills: Table<BackfillRow, MarketCode>;
  readonly coverage: Table<CoverageRow, [MarketCode, string]>;
  readonly repairs: Table<RepairRow, MarketCode>;
  readonly bookMinutes: Table<BookMinuteRow, [MarketCode, number]>;
  readonly originUses: Table<OriginUseRow, OriginUseRow["name"]>;
  readonly models: Table<ModelRow, string>;
  readonly trainings: Table<TrainingRow, string>;
  readonly checkpoints: Table<CheckpointRow, string>;
  readonly decisions: Table<DecisionRow, number>;
  readonly autoSessions: Table<AutoSessionRow, string>;
  readonly settings: Table<SettingRow, SettingRow["name"]>;
};

/** Versions only ever grow; a published one is never edited, a new one is added below it.
 *  Indexes with a third part (`rowCount`) exist so that a summary reads keys and never the columns. */
const VERSION_1 = {
  candleDays: "[market+kstDay], [market+kstDay+rowCount]",
  candleTail: "[market+openTimeMs]",
  backfills: "market",
  models: "id, [meta.market+storedAtMs]",
  trainings: "id, requestedAtMs, state",
  checkpoints: "trainingId",
  decisions: "++id, [sessionId+id], [market+candleOpenMs], orderState",
  autoSessions: "id, startedAtMs, state",
  settings: "name",
} as const;

/** What the live collection added: coverage, repairs, minutes of the book. */
const COLLECTION = {
  coverage: "[market+kstDay], kstDay",
  repairs: "market, state",
  bookMinutes: "[market+openTimeMs]",
  originUses: "name",
} as const;

/** Candles as blocks: days and months instead of plain columns, hours instead of single candles. */
const BLOCKS = {
  candlePieces: "[market+fromMs], [market+wholeDay+rowCount], [market+looseMonth]",
  candleMonths: "[market+kstMonth]",
  candleDays: null,
  candleTail: null,
  damagedBlocks: "++id, market",
  retentions: "market",
} as const;

/** @param name another name keeps a test's rows apart from the product's */
export function openDatabase(name = "observator"): ObservatorDatabase {
  const database = new Dexie(name) as ObservatorDatabase;
  database.version(1).stores(VERSION_1);
  database.version(2).stores(COLLECTION);
  database.version(3).stores(BLOCKS).upgrade(upgradeToBlocks);
  return database;
}

/** The same rows from the end of their index. */
export const fromEnd = <Row, Key>(rows: Collection<Row, Key>): Collection<Row, Key> => rows.reverse(); // oxlint-disable-line unicorn/no-array-reverse -- a cursor's direction, no array
