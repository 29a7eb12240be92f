import { expect, it } from "vitest";
import type { MarketCode } from "../../domain/market-code.ts";
import { DAY_MS, HOUR_MS } from "../../domain/units.ts";
import { createDayWarmer } from "./day-warmer.ts";
import { createFeeds, SYNTHETIC_FIRST_MS } from "./market-feeds.ts";

it("sums every finished day of every market once, a few at a call, and ends", () => {
  const nowMs = SYNTHETIC_FIRST_MS + 10 * DAY_MS + HOUR_MS;
  const feeds = createFeeds(1, new Map(), ["KRW-XRP", "KRW-ETH"] as MarketCode[]);
  const summed: string[] = [];
  const watched = [...feeds.values()].map((feed) => ({
    ...feed,
    day: (dayMs: number) => (summed.push(`${feed.market} ${dayMs}`), feed.day(dayMs)),
  }));
  const warm = createDayWarmer(watched, nowMs);
  let calls = 0;
  while (warm() && calls < 100) calls += 1;
  expect(new Set(summed).size).toBe(20);
  expect(summed).toHaveLength(20);
  expect(calls).toBe(5);
});
