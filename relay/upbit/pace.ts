import { ok, type Result } from "../../domain/result.ts";
import { SECOND_MS } from "../../domain/units.ts";
import { retry, type RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";

/** So many at once, then one in every `spacingMs`. Together they stay within one second's quota of the exchange,
 *  whether it counts by a bucket or by a window: `burst` + 1,000 / `spacingMs` ≤ the quota. */
export type Pace = {
  readonly name: string;
  readonly burst: number;
  readonly spacingMs: number;
  /** Whoever would wait longer is told to come back. */
  readonly longestWaitMs?: number;
};

/** 4 + 8 = 12 orders a second. Source: upbit-api 1.5. */
export const orderPace = (userId: string): Pace => ({ name: `order:${userId}`, burst: 4, spacingMs: 125 });
/** 10 + 20 = 30 of everything else that is signed. */
export const otherPace = (userId: string): Pace => ({ name: `other:${userId}`, burst: 10, spacingMs: 50 });
/** 2 + 8 = 10 a second, quotation group and address. */
export const quotationPace = (group: string): Pace => ({ name: `quotation:${group}`, burst: 2, spacingMs: 125 });

const LONGEST_WAIT_MS = 10 * SECOND_MS;
/** During a wait this long the exchange may have closed. */
const LOOK_AGAIN_MS = SECOND_MS;

/** Takes a turn, to stand alone or in a batch with what it is for.
 *  @param onlyIf  SQL condition without parameters of its own beyond ?4
 *  @param about   bound as ?4
 *  @returns a statement with one row, `until_wall_ms`, or none when the condition did not hold. Rule X35. */
export const turnStatement = (relay: Relay, pace: Pace, onlyIf = "?4 IS NULL", about: string | number | null = null) =>
  relay.db
    .prepare(
      `INSERT INTO paces (name, until_wall_ms) SELECT ?1, ?2 + ?3 WHERE ${onlyIf}
       ON CONFLICT (name) DO UPDATE SET until_wall_ms = MAX(until_wall_ms, ?2) + ?3 RETURNING until_wall_ms`,
    )
    .bind(pace.name, relay.outside.wallNow(), pace.spacingMs, about);

/** How long whoever got this turn waits before it sends. */
export const waitOfTurn = (relay: Relay, pace: Pace, untilWallMs: number): number =>
  Math.max(0, untilWallMs - pace.burst * pace.spacingMs - relay.outside.wallNow());

/** Waits for a turn; one that is too far off is left to nobody and told as a fault. */
export async function takeTurn(relay: Relay, pace: Pace): Promise<Result<null, RelayFault>> {
  const bucketMs = pace.burst * pace.spacingMs;
  const most = (pace.longestWaitMs ?? LONGEST_WAIT_MS) + bucketMs;
  const asIfFree = `?4 >= COALESCE((SELECT until_wall_ms FROM paces WHERE name = ?1), 0) - ?2`;
  const turn = await turnStatement(relay, pace, asIfFree, most).first<PaceRow>();
  if (!turn) return comeBack((await readUntil(relay, pace)) - bucketMs - relay.outside.wallNow());
  const waitMs = waitOfTurn(relay, pace, turn.until_wall_ms);
  if (waitMs <= 0) return ok(null);
  await relay.outside.sleep(waitMs);
  if (waitMs < LOOK_AGAIN_MS) return ok(null);
  // Further ahead than any queue reaches: the exchange closed the door while we waited.
  const aheadMs = (await readUntil(relay, pace)) - relay.outside.wallNow();
  return aheadMs > most + pace.spacingMs ? comeBack(aheadMs - bucketMs) : ok(null);
}

type PaceRow = { readonly until_wall_ms: number };

async function readUntil(relay: Relay, { name }: Pace): Promise<number> {
  const row = await relay.db.prepare("SELECT until_wall_ms FROM paces WHERE name = ?").bind(name).first<PaceRow>();
  return row?.until_wall_ms ?? 0;
}

const comeBack = (waitMs: number) =>
  retry("exchange-busy", "The exchange takes no more requests at the moment.", Math.max(waitMs, 1));

/** The exchange refused for the rest of its second, or for longer: nobody of any isolate sends before it is over. */
export async function holdPace(relay: Relay, pace: Pace, waitMs: number): Promise<void> {
  const nowMs = relay.outside.wallNow();
  const freeMs = Math.max((Math.floor(nowMs / SECOND_MS) + 1) * SECOND_MS, nowMs + waitMs);
  await relay.db
    .prepare(
      `INSERT INTO paces (name, until_wall_ms) VALUES (?1, ?2)
       ON CONFLICT (name) DO UPDATE SET until_wall_ms = MAX(until_wall_ms, ?2)`,
    )
    .bind(pace.name, freeMs + pace.burst * pace.spacingMs)
    .run();
}
