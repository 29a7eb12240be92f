import { ok, type Result } from "../../domain/result.ts";
import { stop, type RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";

/** Orders and cancellations leave for an exchange on this machine only, until the guard rails on amounts, losses and
 *  prices exist. Rule X2. */
export const liveTrading = ({ settings }: Relay): Result<null, RelayFault> =>
  settings.loopbackExchange
    ? ok(null)
    : stop("live-trading-off", "Orders go to a local exchange only; trading on the real one is switched off.");
