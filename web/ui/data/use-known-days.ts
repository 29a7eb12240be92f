import { useLiveQuery } from "dexie-react-hooks";
import { useMemo } from "react";
import type { MarketCode } from "../../../domain/market-code.ts";
import { intervalStart } from "../../../domain/time.ts";
import { MINUTE_MS } from "../../../domain/units.ts";
import { storedDays } from "../../store/candle-store.ts";
import { readCoverage } from "../../store/coverage-store.ts";
import { database } from "../database.ts";
import { useMarketNow } from "../live/use-market-now.ts";
import type { KnownDays } from "./day-coverage.ts";

/** What is known of a market's days, told anew as it changes and each minute; null until it is read. */
export function useKnownDays(market: MarketCode): KnownDays | null {
  const read = useLiveQuery(
    async () => ({
      rows: new Map((await readCoverage(database, market)).map((row) => [row.kstDay, row])),
      stored: new Set(await storedDays(database, market)),
    }),
    [market],
  );
  const now = useMarketNow();
  const nowMs = now === null ? null : intervalStart(now, MINUTE_MS);
  return useMemo(() => (read === undefined || nowMs === null ? null : { ...read, nowMs }), [read, nowMs]);
}
