import type { Bps, EpochMs } from "./units.ts";
import type { MarketCode } from "./market-code.ts";

/** What the model says after a closed candle. `expectedReturnBps` is the log return from the close of the candle that
 *  opened at `candleOpenMs` to the close `horizon` candles later, in bps. */
export type Signal = {
  readonly market: MarketCode;
  readonly candleOpenMs: EpochMs;
  readonly horizon: number;
  readonly expectedReturnBps: Bps;
  readonly modelId: string;
};
