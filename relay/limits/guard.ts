import type { BrokenLimit, Limits } from "../../domain/limits.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import type { RelayFault } from "../faults.ts";
import { refuse, retry, stop } from "../faults.ts";
import { maySpendKrw } from "./may-spend.ts";

/** Facts of this age still count; older ones are asked for anew before anything is bought. Prices run, balances change
 *  by orders of the relay (which make them old at once) or by the owner's hand. */
const MARKET_FACTS_MS = 5 * SECOND_MS;
export const ACCOUNT_FACTS_MS = 30 * SECOND_MS;
/** Sales are never stopped by a limit, but by their number: one a second is no hand and no strategy. */
const SALES_PER_MINUTE = 60;
/** Long enough for some of a minute's orders to have fallen out of it. */
const QUARTER_MS = MINUTE_MS / 4;
/** A holder of a session's lease that was silent for so long has lost it. Rule C8 keeps the same time. */
export const LEASE_SILENCE_MS = 2 * MINUTE_MS;

/** Everything about an order that the guard is held against, bound as one JSON text (?1). */
export type GuardedOrder = {
  readonly nowMs: number;
  /** Whose order, or the session that says whose. */
  readonly userId: string | null;
  readonly session: { readonly hash: string; readonly seenSinceMs: number; readonly madeSinceMs: number } | null;
  readonly market: string;
  readonly opens: 0 | 1;
  /** Whole won, rounded up. */
  readonly worthKrw: number;
  /** Limit price in hundred-millionths, as text because it may be above 2^53; null where the book sets the price. */
  readonly priceE8: string | null;
  /** First instant of the KST day (market time), and its name. */
  readonly dayStartMs: number;
  readonly kstDay: string;
  /** The claim under which a reservation's run is carried out. */
  readonly run: { readonly id: string; readonly leaseMs: number } | null;
  /** The lease under which an automatic order is sent. */
  readonly lease: { readonly id: string; readonly token: number } | null;
  /** Facts could not be had: what reduces a position goes on without them. */
  readonly withoutFacts: boolean;
  readonly strict: Limits;
};

/** One row of what stands for an order at this moment; none when nobody may ask for it. Each is 1 or 0; `guard` is to be
 *  read and held in the same batch as the write that it guards, so that two devices cannot pass side by side.
 *  Rules X37, X41 to X46, X55. */
export const GUARD = `
WITH asker AS (
  SELECT id AS user_id FROM users WHERE locked_wall_ms IS NULL AND deleted_wall_ms IS NULL AND id = COALESCE(
    ?1 ->> '$.userId',
    (SELECT user_id FROM sessions WHERE token_hash = ?1 ->> '$.session.hash'
       AND seen_wall_ms >= ?1 ->> '$.session.seenSinceMs' AND created_wall_ms >= ?1 ->> '$.session.madeSinceMs'))
), bounds AS MATERIALIZED (
  SELECT user_id, COALESCE(
    (SELECT CASE WHEN raised_from_wall_ms <= ?1 ->> '$.nowMs' THEN raised ELSE current END
     FROM limits WHERE limits.user_id = asker.user_id), ?1 -> '$.strict') AS most,
    -(SELECT realised_krw FROM account_snapshots s WHERE s.user_id = asker.user_id) AS lost_krw,
    ?1 ->> '$.worthKrw' + (SELECT exposure_krw FROM account_snapshots s WHERE s.user_id = asker.user_id)
      + ${maySpendKrw("asker.user_id", "?1 ->> '$.nowMs'")} AS at_stake_krw
  FROM asker
), guard AS (
  SELECT user_id, most, lost_krw, at_stake_krw, ?1 ->> '$.worthKrw' AS worth_krw,
    EXISTS (SELECT 1 FROM trading_keys k WHERE k.user_id = bounds.user_id) AS key_stands,
    (?1 ->> '$.run' IS NULL OR EXISTS (SELECT 1 FROM orders WHERE id = ?1 ->> '$.run.id' AND state = 'claimed'
       AND lease_wall_ms = ?1 ->> '$.run.leaseMs' AND lease_wall_ms > ?1 ->> '$.nowMs')) AS claim_stands,
    (?1 ->> '$.lease' IS NULL OR EXISTS (SELECT 1 FROM auto_sessions a WHERE a.id = ?1 ->> '$.lease.id'
       AND a.user_id = bounds.user_id AND a.market = ?1 ->> '$.market' AND a.token = ?1 ->> '$.lease.token'
       AND a.state = 'running' AND a.seen_wall_ms > ?1 ->> '$.nowMs' - ${LEASE_SILENCE_MS})) AS lease_stands,
    (?1 ->> '$.opens' = 1 OR (SELECT COUNT(*) FROM orders o WHERE o.user_id = bounds.user_id AND o.side = 'ask'
       AND o.intent_wall_ms > ?1 ->> '$.nowMs' - ${MINUTE_MS}) < ${SALES_PER_MINUTE}) AS sales_few,
    (?1 ->> '$.opens' = 0 OR NOT EXISTS (SELECT 1 FROM halts WHERE scope IN (bounds.user_id, '*'))) AS not_halted,
    (?1 ->> '$.opens' = 0 OR EXISTS (SELECT 1 FROM json_each(most, '$.markets') WHERE value = ?1 ->> '$.market'))
      AS market_allowed,
    (?1 ->> '$.opens' = 0 OR ?1 ->> '$.worthKrw' <= most ->> '$.largestOrderKrw') AS size_fits,
    (?1 ->> '$.opens' = 0 OR (SELECT COUNT(*) FROM orders o WHERE o.user_id = bounds.user_id AND o.side = 'bid'
       AND o.intent_market_ms >= ?1 ->> '$.dayStartMs') < most ->> '$.ordersPerDay') AS day_few,
    (?1 ->> '$.opens' = 0 OR (SELECT COUNT(*) FROM orders o WHERE o.user_id = bounds.user_id AND o.side = 'bid'
       AND o.intent_wall_ms > ?1 ->> '$.nowMs' - ${MINUTE_MS}) < most ->> '$.ordersPerMinute') AS minute_few,
    (?1 ->> '$.withoutFacts' OR (
       EXISTS (SELECT 1 FROM account_snapshots s WHERE s.user_id = bounds.user_id AND s.kst_day = ?1 ->> '$.kstDay'
         AND s.asked_epoch = s.epoch AND s.asked_wall_ms > ?1 ->> '$.nowMs' - ${ACCOUNT_FACTS_MS})
       AND (?1 ->> '$.opens' = 0 OR EXISTS (SELECT 1 FROM market_snapshots s WHERE s.market = ?1 ->> '$.market'
         AND s.asked_wall_ms > ?1 ->> '$.nowMs' - ${MARKET_FACTS_MS})))) AS facts_fresh,
    (?1 ->> '$.opens' = 0 OR lost_krw < most ->> '$.dailyLossKrw') AS loss_bearable,
    (?1 ->> '$.opens' = 0 OR at_stake_krw <= most ->> '$.exposureKrw') AS exposure_fits,
    (?1 ->> '$.opens' = 0 OR (SELECT CASE WHEN ?1 ->> '$.priceE8' IS NULL
         THEN ?1 ->> '$.worthKrw' <= deepest ->> ('$."' || (most ->> '$.priceDistanceBps') || '"')
         ELSE CAST(?1 ->> '$.priceE8' AS INTEGER) <= last_e8 + last_e8 / 10000 * (most ->> '$.priceDistanceBps') END
       FROM market_snapshots s WHERE s.market = ?1 ->> '$.market')) AS price_near
  FROM bounds
)`;

/** All of it, as a condition on `guard`. */
export const GUARD_HOLDS = `key_stands AND claim_stands AND lease_stands AND sales_few AND not_halted
  AND market_allowed AND size_fits AND day_few AND minute_few AND facts_fresh AND loss_bearable AND exposure_fits AND price_near`;

/** Figures that limits were held against, beside the verdict: what a person is told of a refusal. */
type Reached = "worth_krw" | "lost_krw" | "at_stake_krw";
export type Verdict = Readonly<Record<(typeof REASONS)[number][0] | "facts_fresh", 0 | 1 | null>> &
  Readonly<Record<Reached, number | null>> & {
    /** The limits in force, JSON. */
    readonly most: string;
  };
type Reason = readonly [name: string, fault: () => Refusal, limit?: BrokenLimit["name"], reached?: Reached];
type Refusal = { readonly fault: RelayFault };

/** What keeps an order back, in the order in which a person is told; the limit that says so, and its figure. */
const REASONS = [
  ["key_stands", () => stop("no-key", "No trading key is stored.")],
  ["claim_stands", () => refuse("reservation-not-waiting", "The claim on the reservation has run out.")],
  ["lease_stands", () => stop("lease-lost", "Another device runs this automatic session, or it has ended.")],
  ["not_halted", () => stop("halted", "Nothing is bought while trading is halted.")],
  ["sales_few", () => retry("orders-too-many", "More sales in a minute than any hand makes.", 5 * SECOND_MS)],
  ["market_allowed", () => refuse("market-not-allowed", "This market is not among those allowed to buy in.")],
  ["size_fits", () => refuse("order-too-large", "Larger than the largest allowed."), "largestOrderKrw", "worth_krw"],
  ["day_few", () => refuse("orders-too-many", "The orders of a day are used up."), "ordersPerDay"],
  ["minute_few", () => retry("orders-too-many", "The orders of a minute are used up.", QUARTER_MS), "ordersPerMinute"],
  ["loss_bearable", () => refuse("daily-loss-reached", "The day's loss is reached."), "dailyLossKrw", "lost_krw"],
  ["exposure_fits", () => refuse("exposure-reached", "More at stake than allowed."), "exposureKrw", "at_stake_krw"],
  ["price_near", () => refuse("price-too-far", "Further from the market than is allowed."), "priceDistanceBps"],
] as const satisfies readonly Reason[];

const FROM_FACTS: ReadonlySet<string> = new Set(["loss_bearable", "exposure_fits", "price_near"]);

function broken(verdict: Verdict, name: BrokenLimit["name"], reached?: Reached): BrokenLimit {
  const most = (JSON.parse(verdict.most) as Limits)[name];
  const figure = reached === undefined ? null : verdict[reached];
  return { name, most, ...(figure === null ? {} : { reached: figure }) };
}

/** @returns the first reason, or null when it was only that the facts were too old */
export function whyNot(verdict: Verdict): RelayFault | null {
  // What hangs on facts says nothing while they are old.
  const known = verdict.facts_fresh ? REASONS : REASONS.filter(([name]) => !FROM_FACTS.has(name));
  const reason = known.find(([name]) => !verdict[name]);
  if (!reason) return null;
  const [, refusal, limit, reached] = reason as Reason;
  return limit === undefined ? refusal().fault : { ...refusal().fault, limit: broken(verdict, limit, reached) };
}
