import type { Candle } from "../../domain/candle.ts";
import type { Config, MarketTrade, OrderBook } from "../../domain/wire.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import type { EpochMs } from "../../domain/units.ts";

/** Everything that crosses between page and workers, on one page. Commands are rows in the store (settings, trainings,
 *  auto sessions) that the workers watch; only what is too lively for a database is posted. */

/** BroadcastChannel on which the leading live worker tells every tab what the market does. */
export const LIVE_CHANNEL = "observator-live";
/** Web Lock held by the one live worker of this browser that collects and trades. */
export const LIVE_LOCK = "observator-live";
/** Web Lock held by the one training that runs in this browser. */
export const TRAIN_LOCK = "observator-train";

/** Page → worker, once, right after it was made. */
export type StartWorker = { readonly type: "start"; readonly config: Config };
/** Page → train worker: a training was requested (its row is in the store). */
export type WakeTrainer = { readonly type: "wake" };

/** What the screens show of one market; posted at most four times a second a market. */
export type Quote = {
  readonly market: MarketCode;
  readonly atMs: EpochMs;
  readonly price: number;
  /** Against 09:00 KST, signed; rate 0.01 = 1 %. */
  readonly changeRate: number;
  readonly changePrice: number;
  readonly high: number;
  readonly low: number;
  readonly volume24h: number;
  readonly value24h: number;
  /** Best first, at most 15. */
  readonly bids: OrderBook["bids"];
  readonly asks: OrderBook["asks"];
  /** Newest first, at most 30. */
  readonly trades: readonly MarketTrade[];
  /** The minute that is not over, as far as it has come; null where it has no trade or none was heard of. */
  readonly running: Candle | null;
};

/** - live: over the exchange's own socket
 *  - polling: asked for every two seconds through the relay, while the socket may not or cannot be used
 *  - connecting, waiting, offline: nothing comes */
export type LinkState = "connecting" | "live" | "polling" | "waiting" | "offline";
/** Worker → all tabs over LIVE_CHANNEL. */
export type LiveMessage =
  | { readonly type: "quote"; readonly quote: Quote }
  | {
      readonly type: "link";
      readonly state: LinkState;
      readonly lastFrameMs: EpochMs | null;
      readonly reconnects: number;
      /** Frames that could not be read, since the worker began. */
      readonly badFrames: number;
      /** By how much the exchange's time is ahead of ours (below zero: behind), market milliseconds; null until heard. */
      readonly driftMs: number | null;
      /** The last write was refused for want of room. A row could not say so. */
      readonly storageFull: boolean;
    };
/** Tab → leading worker over LIVE_CHANNEL: a tab has just opened and wants the last quotes again. */
export type LiveQuestion = { readonly type: "resend" };
