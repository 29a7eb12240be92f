import type { Hole, Span } from "../../domain/candle-holes.ts";
import type { FaultType } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import type { OrderRequest, OrderState } from "../../domain/order.ts";
import type { Bps, EpochMs, Notional, Quantity } from "../../domain/units.ts";
import type { Metrics, ModelMeta } from "../../domain/wire.ts";

/** Shapes of the rows in IndexedDB. Workers and screens meet here and nowhere else. */

/** One KST day of one-minute candles that is over. Its candles never change; they lie here as a block, or in the block of
 *  their month. */
export type CandleDayRow = {
  readonly market: MarketCode;
  /** First instant of the day. */
  readonly fromMs: EpochMs;
  /** `YYYY-MM-DD`; an index on it holds whole days alone, with their row counts. */
  readonly wholeDay: string;
  readonly rowCount: number;
  /** As `encodeCandles` writes them; absent once the month holds them. */
  readonly block?: Uint8Array;
  /** `YYYY-MM`, only while `block` is here: an index on it holds the days that are not gathered yet. */
  readonly looseMonth?: string;
  readonly storedAtMs: EpochMs;
};

/** Closed candles of some hours of a day that is not stored as a whole yet. Not of the whole day: each new candle writes
 *  its row again. */
export type CandleTailRow = {
  readonly market: MarketCode;
  readonly fromMs: EpochMs;
  /** The seven columns one after another, in the order of CANDLE_COLUMNS, each oldest first: one array is read many times
   *  as fast as seven. */
  readonly cells: Float64Array;
};

/** Days and the tail in one table by time, so that the newest candles are one question: a stretch of time is in one of them
 *  or in neither. */
export type CandlePieceRow = CandleDayRow | CandleTailRow;

/** Days of one KST month in one block. It holds for a day only while that day's row has no block itself. */
export type CandleMonthRow = {
  readonly market: MarketCode;
  /** `YYYY-MM` */
  readonly kstMonth: string;
  /** Oldest first, days without candles among them. */
  readonly days: readonly string[];
  readonly rowCount: number;
  readonly block: Uint8Array;
  readonly writtenAtMs: EpochMs;
};

/** A block that could not be read, kept aside for whoever wants to know why. Its days count as not stored. */
export type DamagedBlockRow = {
  readonly id?: number;
  readonly market: MarketCode;
  /** `YYYY-MM` or `YYYY-MM-DD` */
  readonly period: string;
  /** Days that were in it and are not stored again yet. */
  readonly awaitedDays: readonly string[];
  readonly dayCount: number;
  readonly bytes: Uint8Array;
  readonly reason: string;
  readonly foundAtMs: EpochMs;
};

/** How many KST days of a market are kept; without a row, all that were ever stored. */
export type RetentionRow = { readonly market: MarketCode; readonly keepDays: number };

/** How far a market's history has been fetched, and whether the user wants it to go on. */
export type BackfillRow = {
  readonly market: MarketCode;
  /** `waiting`: a page may be had later; `stopped`: at a refusal, or because the user said so. */
  readonly state: "running" | "done" | "waiting" | "stopped";
  readonly daysDone: number;
  readonly daysWanted: number;
  readonly fault: FaultType | null;
  readonly updatedAtMs: EpochMs;
  /** The user's wish; the worker obeys it before the next page. Absent in rows of earlier versions: false. */
  readonly stopRequested?: boolean;
  /** Pages that came in the last minutes, per minute of the wall, and what is left at that rate; null until told. */
  readonly daysPerMinute?: number | null;
  readonly etaMs?: number | null;
  /** Where the last page came from. */
  readonly via?: PageSource | null;
};

/** relay: its day page; exchange: asked by this browser itself, once in ten seconds. */
export type PageSource = "relay" | "exchange";

/** What one KST day of a market's minutes is known to hold and to lack. Rules C21 to C24. */
export type CoverageRow = {
  readonly market: MarketCode;
  readonly kstDay: string;
  /** Candles at hand. */
  readonly rows: number;
  /** The exchange's own page was read from the day's start to here; the start itself when none was. */
  readonly confirmedToMs: EpochMs;
  /** Stretches in which the socket was listened to, oldest first. */
  readonly followed: readonly Span[];
  /** Oldest first; nothing is said about what lies beyond `confirmedToMs` and `followed`. */
  readonly holes: readonly Hole[];
  /** Candles that we had failed to take although we listened, and that a page brought. */
  readonly dropped: number;
  /** Followed candles that differed from the exchange's final ones and were replaced. */
  readonly corrected: number;
  readonly source: PageSource | null;
  readonly checkedAtMs: EpochMs;
  /** Set once, when the finished day was checked against a fresh page and put away. */
  readonly seal: DaySeal | null;
};
export type DaySeal = {
  readonly sealedAtMs: EpochMs;
  /** SHA-256 of the day's candles as `encodeCandles` writes them, lower-case hex. */
  readonly contentHash: string;
  readonly rowCount: number;
  readonly source: PageSource;
};

/** The user's wish that a market's days be held against the exchange's pages again, and what became of it. */
export type RepairRow = {
  readonly market: MarketCode;
  readonly state: "requested" | "running" | "done" | "stopped";
  readonly daysDone: number;
  readonly daysWanted: number;
  /** Candles that were brought in, and candles that were replaced. */
  readonly filled: number;
  readonly corrected: number;
  readonly fault: FaultType | null;
  readonly updatedAtMs: EpochMs;
};

/** One minute of a market's order book and trades, gathered live; nobody can deliver it later. Rule F6. */
export type BookMinuteRow = {
  readonly market: MarketCode;
  readonly openTimeMs: EpochMs;
  readonly spreadBps: number | null;
  readonly mid: number | null;
  readonly imbalance: number | null;
  readonly buyVolume: number;
  readonly sellVolume: number;
  readonly buyShare: number | null;
  readonly tradeCount: number;
  readonly bookKnownMs: number;
};

/** When this browser last sent the exchange something that counts against its limit on pages. One row. */
export type OriginUseRow = { readonly name: "last"; readonly wallMs: EpochMs };

export type ModelRow = {
  readonly id: string;
  readonly meta: ModelMeta;
  /** Little-endian float32, one flat vector. */
  readonly weights: ArrayBuffer;
  readonly source: "trained" | "published";
  readonly storedAtMs: EpochMs;
};

export const BACKEND_CHOICES = ["auto", "webgpu", "wasm", "cpu"] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];

export type TrainingSettings = {
  readonly market: MarketCode;
  /** Newest KST days to learn from. */
  readonly days: number;
  readonly lookback: number;
  readonly horizon: number;
  readonly hiddenSizes: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly backend: BackendChoice;
};

export type TrainingRow = {
  readonly id: string;
  readonly settings: TrainingSettings;
  readonly state: "requested" | "running" | "done" | "stopped" | "failed";
  readonly stopRequested: boolean;
  /** tfjs backend in use, and the adapter's own description where there is one. */
  readonly backend: string | null;
  readonly phase: "waiting" | "loading" | "training" | "evaluating" | "publishing" | "ended";
  readonly epoch: number;
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Milliseconds left at the present rate, null until it can be told. */
  readonly etaMs: number | null;
  /** Loss: Huber, in squared target scales. */
  readonly history: readonly { readonly epoch: number; readonly trainLoss: number; readonly validationLoss: number }[];
  readonly metrics: Metrics | null;
  readonly baselines: Readonly<Record<string, Metrics>> | null;
  readonly verdict: ModelMeta["verdict"] | null;
  readonly modelId: string | null;
  readonly published: "no" | "yes" | "refused" | "not-better";
  readonly fault: string | null;
  readonly requestedAtMs: EpochMs;
  readonly endedAtMs: EpochMs | null;
};

/** Enough to go on with a training after a reload, bit for bit. */
export type CheckpointRow = {
  readonly trainingId: string;
  readonly epoch: number;
  readonly parameters: ArrayBuffer;
  readonly firstMoment: ArrayBuffer;
  readonly secondMoment: ArrayBuffer;
  readonly updateCount: number;
  readonly bestParameters: ArrayBuffer;
  readonly bestValidationLoss: number;
  /** First and last candle that were learned from, and how many: the same ones must be there to go on, or the parts of
   *  the data would shift and the test windows would have been trained on. */
  readonly candlesFromMs: EpochMs;
  readonly candlesToMs: EpochMs;
  readonly candleCount: number;
};

export type AutoSettings = {
  readonly market: MarketCode;
  /** A prediction above this opens, below its negative closes. */
  readonly thresholdBps: Bps;
  /** Quote amount of one buy. */
  readonly orderTotal: Notional;
  readonly maxOrdersPerDay: number;
  /** What the relay does when this browser falls silent: cancel open orders, or sell as well. Absent: cancel. */
  readonly onSilence?: "cancel" | "cancel-and-sell";
};

export type AutoSessionRow = {
  readonly id: string;
  /** Who started it (the relay's user id): nobody else's account is ever traded on. */
  readonly userId: string;
  readonly settings: AutoSettings;
  readonly state: "running" | "stopped";
  readonly stopReason: "user" | "app-was-closed" | "fault" | null;
  /** Fault type when `stopReason` is `fault`. */
  readonly fault: string | null;
  readonly modelId: string | null;
  /** Closed candles at hand of those the model needs. */
  readonly candlesHave: number;
  readonly candlesNeed: number;
  readonly startedAtMs: EpochMs;
  readonly stoppedAtMs: EpochMs | null;
  /** Wall time of the worker's last sign of life. */
  readonly heartbeatMs: EpochMs;
  /** Base volume this session bought and has not sold. */
  readonly held: Quantity;
  /** What the relay gave this session to show with its orders; absent before, and again once it is given back. */
  readonly leaseToken?: number;
  /** Another device that runs this market is fenced off. */
  readonly takeOver?: boolean;
};

/** One closed candle, one decision: what was known, what was decided and why. */
export type DecisionRow = {
  readonly id?: number;
  readonly sessionId: string;
  readonly market: MarketCode;
  readonly candleOpenMs: EpochMs;
  /** Followed on the live link, or read from the open day's page (after a gap, or while prices are polled). Absent in
   *  rows of earlier versions. */
  readonly candleWay?: "socket" | "page";
  readonly atMs: EpochMs;
  readonly close: number;
  readonly candlesHave: number;
  readonly candlesNeed: number;
  readonly expectedReturnBps: Bps | null;
  readonly thresholdBps: Bps;
  readonly action: "collect" | "hold" | "buy" | "sell" | "refused";
  /** Stable code; the screens have words for it. */
  readonly reason:
    | "sequence-incomplete"
    | "no-model"
    | "below-threshold"
    | "already-holding"
    | "nothing-to-sell"
    | "threshold-passed"
    | "stale-data"
    | "too-many-orders"
    | "order-in-flight"
    | "below-minimum"
    | "relay-refused";
  /** The order's name, written down before it leaves; null when none was to be sent. A lost answer is asked about
   *  under it, and nothing is ever sent again under another. */
  readonly idempotencyKey: string | null;
  readonly request: OrderRequest | null;
  readonly orderId: string | null;
  readonly orderState: OrderState | null;
  /** Base volume filled so far, already counted in the session's `held`. */
  readonly executedVolume: Quantity;
  readonly fault: FaultType | null;
};

/** What the user chose; one row a name. */
export type SettingValues = {
  readonly market: MarketCode;
  /** Markets that are collected beside the one on the screen. */
  readonly alsoCollect: readonly MarketCode[];
  readonly backend: BackendChoice;
  readonly historyDays: number;
  readonly language: "ko" | "en";
  readonly theme: "system" | "light" | "dark";
  readonly palette: "korean" | "global" | "colour-blind";
};
export type SettingRow = { readonly name: keyof SettingValues; readonly value: SettingValues[keyof SettingValues] };
