import { DAY_MS } from "../../domain/units.ts";
import type { MarketFeed } from "./market-feed.ts";

/** Days that one call sums: a few milliseconds. */
const DAYS_A_CALL = 4;

/** Sums the finished days of all markets little by little, newest first, so that the first question for weeks, months or
 *  years over years of generated history need not wait for all of them. @returns false once nothing is left */
export function createDayWarmer(feeds: Iterable<MarketFeed>, nowMs: number): () => boolean {
  const waiting = [...feeds].map((feed) => ({ feed, beforeMs: Math.floor(nowMs / DAY_MS) * DAY_MS }));
  return () => {
    for (let summed = 0; summed < DAYS_A_CALL; summed++) {
      // The one that reaches least far back goes on.
      const next = waiting.reduce<(typeof waiting)[number] | null>(
        (least, one) => (one.beforeMs > one.feed.series.firstMs && one.beforeMs > (least?.beforeMs ?? 0) ? one : least),
        null,
      );
      if (!next) return false;
      const dayMs = next.beforeMs - DAY_MS;
      const block = next.feed.day(dayMs) ? null : next.feed.series.blockAt(dayMs);
      next.beforeMs = block ? Math.min(dayMs, Math.ceil(block.fromMs / DAY_MS) * DAY_MS) : dayMs;
    }
    return true;
  };
}
