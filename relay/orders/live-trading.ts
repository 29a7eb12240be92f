import { ok, type Result } from "../../domain/result.ts";
import { stop, type RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";

/** Orders and cancellations leave for an exchange on this machine, or for a real one where the deployment switched that
 *  on (`LIVE_TRADING=on`). Rule X2. */
export const liveTrading = ({ settings }: Relay): Result<null, RelayFault> =>
  settings.loopbackExchange || settings.liveTrading
    ? ok(null)
    : stop("live-trading-off", "Orders go to a local exchange only; trading on the real one is switched off.");
