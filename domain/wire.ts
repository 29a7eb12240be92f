import * as v from "valibot";
import { MarketCodeSchema } from "./market-code.ts";
import { isDecimalText } from "./decimal.ts";
import type { DecimalText, EpochMs } from "./units.ts";

/** The contract between web and relay, parsed on both sides. Bodies are JSON; non-2xx is `ProblemSchema`. */
export * from "./wire-accounts.ts";
export * from "./wire-lease.ts";
export * from "./wire-limits.ts";
export * from "./wire-notices.ts";
export * from "./wire-orders.ts";
export * from "./wire-reservations.ts";

const Decimal = v.pipe(
  v.string(),
  v.check((text) => isDecimalText(text), "not a plain decimal"),
  v.transform((text) => text as DecimalText),
);
const Epoch = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.transform((value) => value as EpochMs),
);
const Finite = v.pipe(v.number(), v.finite());

// ── configuration ────────────────────────────────────────────────────────────────────────────────────────────────
/** GET /api/config, anyone */
export const ConfigSchema = v.object({
  exchangeUrl: v.string(),
  exchangeWsUrl: v.string(),
  /** The exchange runs on this machine: play money. */
  loopbackExchange: v.boolean(),
  /** Market time as a line; equal anchors and speed 1 when it is wall time. */
  marketClock: v.object({ marketMs: Epoch, wallMs: Epoch, speed: v.pipe(Finite, v.minValue(0)) }),
});
export type Config = v.InferOutput<typeof ConfigSchema>;

/** GET /api/assets, owner */
export const AssetsAnswerSchema = v.object({
  assets: v.array(
    v.object({
      currency: v.string(),
      /** Free amount. */
      balance: Decimal,
      locked: Decimal,
      avgBuyPrice: Decimal,
      unitCurrency: v.string(),
    }),
  ),
  askedAtMs: Epoch,
});
export type AssetsAnswer = v.InferOutput<typeof AssetsAnswerSchema>;

/** GET /api/chance/:market, owner: fees and limits of the market for this key */
export const ChanceAnswerSchema = v.object({
  market: v.string(),
  bidFeeRate: Decimal,
  askFeeRate: Decimal,
  minTotal: Decimal,
  maxTotal: Decimal,
  bidBalance: Decimal,
  askBalance: Decimal,
});
export type ChanceAnswer = v.InferOutput<typeof ChanceAnswerSchema>;

// ── market data ──────────────────────────────────────────────────────────────────────────────────────────────────
/** GET /api/markets, anyone */
export const MarketsAnswerSchema = v.object({
  markets: v.array(v.object({ market: MarketCodeSchema, koreanName: v.string(), englishName: v.string() })),
});
export type MarketEntry = v.InferOutput<typeof MarketsAnswerSchema>["markets"][number];

/** GET /api/candles/:market/1m/:kstDay, anyone: one KST day of one-minute candles by column, oldest first, silent
 *  minutes absent. A day that is over is immutable; the open day ends before the running candle. It travels as a block
 *  of candles and is read by `candlePageOf`. */
export const CandlePageSchema = v.pipe(
  v.object({
    market: MarketCodeSchema,
    intervalMs: v.literal(60_000),
    kstDay: v.string(),
    /** The KST day was over, with a safety margin, when the page was made. */
    complete: v.boolean(),
    openTimeMs: v.array(Epoch),
    open: v.array(Finite),
    high: v.array(Finite),
    low: v.array(Finite),
    close: v.array(Finite),
    volume: v.array(Finite),
    value: v.array(Finite),
  }),
  v.check(
    (page) =>
      [page.open, page.high, page.low, page.close, page.volume, page.value].every(
        (column) => column.length === page.openTimeMs.length,
      ),
    "columns differ in length",
  ),
);
export type CandlePage = v.InferOutput<typeof CandlePageSchema>;

/** Most markets of one question. */
export const MOST_MARKETS = 20;
/** GET /api/ticker?markets=A,B, anyone: at most a second old when it was asked for at `askedAtMs`, wall time */
export const TickerSchema = v.object({
  market: MarketCodeSchema,
  /** When the exchange made it, market time. */
  atMs: Epoch,
  tradeAtMs: Epoch,
  price: Finite,
  /** Against 09:00 KST, signed; rate 0.01 = 1 %. */
  changeRate: Finite,
  changePrice: Finite,
  high: Finite,
  low: Finite,
  volume24h: Finite,
  value24h: Finite,
});
export type Ticker = v.InferOutput<typeof TickerSchema>;
export const TickersAnswerSchema = v.object({ tickers: v.array(TickerSchema), askedAtMs: Epoch });
export type TickersAnswer = v.InferOutput<typeof TickersAnswerSchema>;

const Level = v.object({ price: Finite, size: Finite });
/** GET /api/orderbook?markets=A,B, anyone: best first, at most 30 a side, levels without size left out */
export const OrderBookSchema = v.object({
  market: MarketCodeSchema,
  atMs: Epoch,
  bids: v.array(Level),
  asks: v.array(Level),
});
export type OrderBook = v.InferOutput<typeof OrderBookSchema>;
export const OrderBooksAnswerSchema = v.object({ books: v.array(OrderBookSchema), askedAtMs: Epoch });
export type OrderBooksAnswer = v.InferOutput<typeof OrderBooksAnswerSchema>;

/** GET /api/trades?market=A, anyone: newest first, at most 200 of the exchange's day (from 09:00 KST) */
export const MarketTradeSchema = v.object({
  atMs: Epoch,
  price: Finite,
  volume: Finite,
  takerSide: v.picklist(["bid", "ask"]),
  /** Names the trade; digits, as it exceeds 2^53. */
  sequentialId: v.pipe(v.string(), v.regex(/^\d+$/)),
});
export type MarketTrade = v.InferOutput<typeof MarketTradeSchema>;
export const TradesAnswerSchema = v.object({
  market: MarketCodeSchema,
  trades: v.array(MarketTradeSchema),
  askedAtMs: Epoch,
});
export type TradesAnswer = v.InferOutput<typeof TradesAnswerSchema>;

// ── models ───────────────────────────────────────────────────────────────────────────────────────────────────────
export const MetricsSchema = v.object({
  /** Windows the figures were taken over. */
  windowCount: v.number(),
  /** Mean absolute error, bps. */
  maeBps: Finite,
  /** Root mean squared error, bps. */
  rmseBps: Finite,
  /** Share of windows whose sign was right, zero moves left out, 0…1. */
  directionalAccuracy: Finite,
  /** Spearman rank correlation of prediction and outcome, −1…1; 0 when one of them is constant. */
  informationCoefficient: Finite,
});
export type Metrics = v.InferOutput<typeof MetricsSchema>;

/** Everything a predictor needs beside the weights; what it was trained on and how it did. */
export const ModelMetaSchema = v.object({
  id: v.string(),
  formatVersion: v.literal(1),
  family: v.picklist(["mlp"]),
  market: MarketCodeSchema,
  intervalMs: v.literal(60_000),
  /** Candles in one input window. */
  lookback: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(512)),
  /** Candles ahead that are predicted. */
  horizon: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(240)),
  hiddenSizes: v.array(v.number()),
  featureNames: v.array(v.string()),
  /** Per feature, fitted on the training rows alone. */
  normaliser: v.object({ mean: v.array(Finite), deviation: v.array(Finite) }),
  /** Targets are divided by this many bps before training. */
  targetScaleBps: Finite,
  trainedFromMs: Epoch,
  trainedToMs: Epoch,
  trainedAtMs: Epoch,
  epochs: v.number(),
  seed: v.number(),
  backend: v.string(),
  /** Taken on the test split, which neither training nor early stopping saw. */
  metrics: MetricsSchema,
  baselines: v.record(v.string(), MetricsSchema),
  verdict: v.picklist(["beats-baselines", "no-better-than-baselines"]),
});
export type ModelMeta = v.InferOutput<typeof ModelMetaSchema>;
/** Largest weight blob a D1 row takes beside its meta. Source: facts, "Relay". */
export const MAX_WEIGHT_BYTES = 1_000_000;
/** PUT /api/models/serving/:market, admin → 200. `weights`: base64 of little-endian float32, one flat vector. */
export const PublishedModelSchema = v.strictObject({
  meta: ModelMetaSchema,
  weights: v.pipe(v.string(), v.base64(), v.maxLength(Math.ceil(MAX_WEIGHT_BYTES / 3) * 4)),
});
export type PublishedModel = v.InferOutput<typeof PublishedModelSchema>;
/** GET /api/models/serving/:market, owner: the published model, or null; strong ETag, 304 */
export const ServingModelAnswerSchema = v.object({ model: v.nullable(PublishedModelSchema) });
