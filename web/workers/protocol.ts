import type { Config } from "../../domain/wire.ts";
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

export type BookLevel = { readonly price: number; readonly size: number };
export type LiveTrade = {
  readonly atMs: EpochMs;
  readonly price: number;
  readonly volume: number;
  /** Side of the taker: bid = a buyer hit an ask. */
  readonly takerSide: "bid" | "ask";
};

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
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** Newest first, at most 30. */
  readonly trades: readonly LiveTrade[];
};

export type LinkState = "connecting" | "live" | "waiting" | "offline";
/** Worker → all tabs over LIVE_CHANNEL. */
export type LiveMessage =
  | { readonly type: "quote"; readonly quote: Quote }
  | {
      readonly type: "link";
      readonly state: LinkState;
      readonly lastFrameMs: EpochMs | null;
      readonly reconnects: number;
    };
/** Tab → leading worker over LIVE_CHANNEL: a tab has just opened and wants the last quotes again. */
export type LiveQuestion = { readonly type: "resend" };
