import { SECOND_MS } from "../domain/units.ts";

/** A group of requests that share one limit, by its name on the wire. Source: upbit-api 1.5, 9.2. */
export type RateGroup = {
  readonly name: string;
  readonly limit: number;
  readonly everyMs: number;
  /** window: the count starts again with each whole interval. bucket: it refills evenly. */
  readonly kind: "window" | "bucket";
};
const quotation = (name: string): RateGroup => ({ name, limit: 10, everyMs: SECOND_MS, kind: "window" });
const exchange = (name: string, limit: number, everyMs = SECOND_MS): RateGroup => ({
  name,
  limit,
  everyMs,
  kind: "bucket",
});

export const RATE_GROUPS = {
  market: quotation("market"),
  candle: quotation("candles"),
  trade: quotation("crix-trades"),
  ticker: quotation("ticker"),
  orderbook: quotation("orderbook"),
  default: exchange("default", 30),
  order: exchange("order", 12),
  orderTest: exchange("order-test", 8),
  /** Requests that carry `Origin`. Source: upbit-api 1.6. */
  origin: exchange("origin", 1, 10 * SECOND_MS),
  websocketConnect: { ...quotation("websocket-connect"), limit: 5 },
} as const satisfies Record<string, RateGroup>;
export type RateGroupName = keyof typeof RATE_GROUPS;

/** Answer to one request: whether it may pass, and the `Remaining-Req` header. */
export type RateAnswer = { readonly allowed: boolean; readonly header: string };
type Count = { left: number; sinceMs: number };

/** Counters by group and by whom they count: an address, or an account. Wall time. */
export type RateLimits = (group: RateGroupName, who: string, nowMs: number) => RateAnswer;

/** Refills of many small parts may land a hair under a whole one. */
const DUST = 1e-9;
/** Counters that are forgotten when this many are kept; each is full again by then. */
const MOST_COUNTERS = 10_000;

export function createRateLimits(): RateLimits {
  const counts = new Map<string, Count>();
  return (groupName, who, nowMs) => {
    const group: RateGroup = RATE_GROUPS[groupName];
    const name = `${groupName} ${who}`;
    let count = counts.get(name);
    if (!count) {
      if (counts.size >= MOST_COUNTERS) counts.clear();
      counts.set(name, (count = { left: group.limit, sinceMs: startOf(group, nowMs) }));
    }
    refill(group, count, nowMs);
    const allowed = count.left >= 1 - DUST;
    if (allowed) count.left = Math.max(0, count.left - 1);
    return { allowed, header: remaining(group, Math.floor(count.left + DUST)) };
  };
}

const startOf = ({ kind, everyMs }: RateGroup, nowMs: number): number =>
  kind === "window" ? Math.floor(nowMs / everyMs) * everyMs : nowMs;

function refill(group: RateGroup, count: Count, nowMs: number): void {
  if (group.kind === "window") {
    if (startOf(group, nowMs) === count.sinceMs) return;
    count.left = group.limit;
  } else {
    const refilled = (Math.max(0, nowMs - count.sinceMs) * group.limit) / group.everyMs;
    count.left = Math.min(group.limit, count.left + refilled);
  }
  count.sinceMs = startOf(group, nowMs);
}

/** `min` is a dead field, 60 times the limit. Source: upbit-api 1.5. */
const remaining = ({ name, limit, everyMs }: RateGroup, left: number): string =>
  `group=${name}; min=${Math.round((60 * SECOND_MS * limit) / everyMs)}; sec=${left}`;
