import { SECOND_MS } from "../../domain/units.ts";
import type { Switches } from "../switches.ts";

/** A group of requests that share one limit. Source: upbit-api 1.5, 9.2. */
export type RateGroup = {
  /** On the wire. */
  readonly name: string;
  readonly limit: number;
  readonly everyMs: number;
  /** window: the count starts again with each whole interval. bucket: it refills evenly. */
  readonly kind: "window" | "bucket";
  /** Groups that are blocked together. */
  readonly side: "quotation" | "exchange" | "origin" | "socket";
};
const quotation = (name: string): RateGroup => ({
  name,
  limit: 10,
  everyMs: SECOND_MS,
  kind: "window",
  side: "quotation",
});
const exchange = (name: string, limit: number, everyMs = SECOND_MS): RateGroup => ({
  name,
  limit,
  everyMs,
  kind: "bucket",
  side: "exchange",
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
  orderCancelAll: exchange("order-cancel-all", 1, 2 * SECOND_MS),
  /** Requests that carry `Origin`. Source: upbit-api 1.6. */
  origin: { ...exchange("origin", 1, 10 * SECOND_MS), side: "origin" },
  websocketConnect: { ...quotation("websocket-connect"), limit: 5, side: "socket" },
} as const satisfies Record<string, RateGroup>;
export type RateGroupName = keyof typeof RATE_GROUPS;

/** Answer to one request: whether it may pass, and the `Remaining-Req` header. */
export type RateAnswer =
  | { readonly allowed: true; readonly header: string }
  | { readonly allowed: false; readonly header: string; readonly status: 429 | 418; readonly waitMs: number };

/** Counters by group and by whom they count: an address, or a pocket. Wall time. */
export type RateLimits = {
  take(group: RateGroupName, who: string, wallMs: number): RateAnswer;
  /** A refusal whatever was counted. */
  refusal(group: RateGroupName, status: 429 | 418, waitMs: number): RateAnswer & { readonly allowed: false };
  /** Blocks all groups of a side, as if 429 had been ignored. */
  block(group: RateGroupName, who: string, span: { readonly wallMs: number; readonly forMs: number }): void;
};

type Count = { left: number; sinceMs: number };
/** How somebody behaves who was told to wait. */
type Conduct = { refused: number; lastRefusedMs: number; blocks: number; blockedUntilMs: number };

/** Refills of many small parts may land a hair under a whole one. */
const DUST = 1e-9;
/** Counters and conducts that are forgotten when this many are kept; each is full again by then. */
const MOST_COUNTERS = 10_000;
/** So many refused requests, or limits' worth of them, count as ignoring 429; each interval of the limit forgives two.
 *  The exchange tells no number (upbit-api 1.5); a client that stops at the first 429 stays far from it. */
const IGNORED_REQUESTS = 10;
const IGNORED_LIMITS = 2;
const FORGIVEN = 2;
/** A first block, and how far repeated ones double it. After an hour of calm the next is a first one again. */
const FIRST_BLOCK_MS = 10 * SECOND_MS;
const LONGEST_BLOCK_MS = 3_600 * SECOND_MS;

export function createRateLimits(switches: () => Switches): RateLimits {
  const counts = new Map<string, Count>();
  const conducts = new Map<string, Conduct>();
  const kept = <Value>(map: Map<string, Value>, name: string, fresh: () => Value): Value => {
    let found = map.get(name);
    if (found) return found;
    if (map.size >= MOST_COUNTERS) map.clear();
    map.set(name, (found = fresh()));
    return found;
  };
  const conductOf = (group: RateGroup, who: string) =>
    kept(conducts, `${group.side} ${who}`, () => ({ refused: 0, lastRefusedMs: 0, blocks: 0, blockedUntilMs: 0 }));
  return {
    take: (groupName, who, wallMs) => {
      const group: RateGroup = RATE_GROUPS[groupName];
      const count = kept(counts, `${groupName} ${who}`, () => ({
        left: group.limit,
        sinceMs: startOf(group, wallMs),
      }));
      refill(group, count, wallMs);
      const conduct = conductOf(group, who);
      const blockedMs = conduct.blockedUntilMs - wallMs;
      if (blockedMs > 0)
        return { allowed: false, status: 418, waitMs: blockedMs, header: header(group, 0, switches()) };
      const shown = Math.floor(count.left + DUST);
      if (count.left < 1 - DUST) {
        const waitMs = misbehaved(conduct, group, wallMs);
        const status = waitMs === null ? 429 : 418;
        return {
          allowed: false,
          status,
          waitMs: waitMs ?? refillMs(group, count, wallMs),
          header: header(group, 0, switches()),
        };
      }
      count.left = Math.max(0, count.left - 1);
      return { allowed: true, header: header(group, shown - (switches().remainingCountsThis ? 1 : 0), switches()) };
    },
    refusal: (groupName, status, waitMs) => ({
      allowed: false,
      status,
      waitMs,
      header: header(RATE_GROUPS[groupName], 0, switches()),
    }),
    block: (groupName, who, { wallMs, forMs }) => {
      const conduct = conductOf(RATE_GROUPS[groupName], who);
      conduct.blockedUntilMs = Math.max(conduct.blockedUntilMs, wallMs + forMs);
    },
  };
}

/** Notes a refused request. @returns length of the block that it brings, or null */
function misbehaved(conduct: Conduct, { limit, everyMs }: RateGroup, wallMs: number): number | null {
  const calmMs = wallMs - Math.max(conduct.lastRefusedMs, conduct.blockedUntilMs);
  conduct.refused = Math.max(0, conduct.refused - (FORGIVEN * Math.max(0, calmMs)) / everyMs);
  if (calmMs > LONGEST_BLOCK_MS) conduct.blocks = 0;
  conduct.refused += 1;
  conduct.lastRefusedMs = wallMs;
  if (conduct.refused <= Math.max(IGNORED_REQUESTS, IGNORED_LIMITS * limit)) return null;
  const blockMs = Math.min(LONGEST_BLOCK_MS, FIRST_BLOCK_MS * 2 ** conduct.blocks);
  conduct.blocks += 1;
  conduct.refused = 0;
  conduct.blockedUntilMs = wallMs + blockMs;
  return blockMs;
}

const startOf = ({ kind, everyMs }: RateGroup, wallMs: number): number =>
  kind === "window" ? Math.floor(wallMs / everyMs) * everyMs : wallMs;

function refill(group: RateGroup, count: Count, wallMs: number): void {
  if (group.kind === "window") {
    if (startOf(group, wallMs) === count.sinceMs) return;
    count.left = group.limit;
  } else {
    const refilled = (Math.max(0, wallMs - count.sinceMs) * group.limit) / group.everyMs;
    count.left = Math.min(group.limit, count.left + refilled);
  }
  count.sinceMs = startOf(group, wallMs);
}

const refillMs = (group: RateGroup, count: Count, wallMs: number): number =>
  group.kind === "window"
    ? count.sinceMs + group.everyMs - wallMs
    : Math.ceil(((1 - count.left) * group.everyMs) / group.limit);

/** `min` is a dead field, 60 times the limit. Source: upbit-api 1.5. */
function header({ name, limit, everyMs }: RateGroup, left: number, { groupNames, orderMin }: Switches): string {
  const min = name === "order" ? orderMin : Math.round((60 * SECOND_MS * limit) / everyMs);
  const spelled = groupNames === "underscores" && name.startsWith("order-") ? name.replaceAll("-", "_") : name;
  return `group=${spelled}; min=${min}; sec=${left}`;
}
