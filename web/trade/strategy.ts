import { decimal } from "../../domain/decimal.ts";
import type { Bps, Quantity } from "../../domain/units.ts";

/** What the strategy wants after a closed candle, and why. */
export type Decision =
  | { readonly action: "buy" | "sell"; readonly reason: "threshold-passed" }
  | { readonly action: "hold"; readonly reason: "below-threshold" | "already-holding" | "nothing-to-sell" };

/** Long or flat: a prediction above the threshold opens, one below its negative closes, in between nothing changes. The
 *  band of two thresholds keeps a prediction that hovers around one of them from paying fees back and forth. Rule T5.
 *  @param held base volume that this session bought and has not sold */
export function decide(
  expectedReturnBps: Bps,
  { thresholdBps, held }: { readonly thresholdBps: Bps; readonly held: Quantity },
): Decision {
  const holding = decimal(held).gt(0);
  if (expectedReturnBps > thresholdBps)
    return holding ? { action: "hold", reason: "already-holding" } : { action: "buy", reason: "threshold-passed" };
  if (expectedReturnBps < -thresholdBps)
    return holding ? { action: "sell", reason: "threshold-passed" } : { action: "hold", reason: "nothing-to-sell" };
  return { action: "hold", reason: "below-threshold" };
}
