import { useEffect, useState } from "react";
import { marketTimeAt } from "../../../domain/time.ts";
import { epochMs, type EpochMs } from "../../../domain/units.ts";
import type { Config } from "../../../domain/wire.ts";
import { useConfig } from "../relay/queries.ts";

/** Market time is the exchange's: wall time, or the local exchange's own clock. */
export const marketNow = (config: Config): EpochMs => marketTimeAt(config.marketClock, epochMs(Date.now()));

/** Market time, told anew every second; null until the configuration is known. */
export function useMarketNow(): EpochMs | null {
  const { data: config } = useConfig();
  const [now, setNow] = useState<EpochMs | null>(null);
  useEffect(() => {
    if (config === undefined) return undefined;
    const tell = () => setNow(marketNow(config));
    tell();
    const timer = setInterval(tell, 1_000);
    return () => clearInterval(timer);
  }, [config]);
  return now;
}
