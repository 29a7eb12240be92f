import { isRaise, RAISE_WAIT_MS, strictest, STRICT_LIMITS, type Limits } from "../../domain/limits.ts";
import { kstDayOf, kstDayStart } from "../../domain/time.ts";
import type { EpochMs } from "../../domain/units.ts";
import type { LimitsAnswer } from "../../domain/wire.ts";
import { signerOfUser } from "../keys/key-row.ts";
import { noticeRow } from "../push/notify.ts";
import type { Relay } from "../relay.ts";
import { refreshAccountFacts } from "./account-facts.ts";
import { ACCOUNT_FACTS_MS } from "./guard.ts";
import { maySpendKrw } from "./may-spend.ts";

type LimitsRow = {
  readonly current: string;
  readonly raised: string | null;
  readonly raised_from_wall_ms: number | null;
  readonly updated_wall_ms: number;
};
export type StoredLimits = Pick<LimitsAnswer, "current" | "raise">;

/** What is in force now and what will be. A raise whose time has come is in force. */
export async function readLimits(relay: Relay, userId: string): Promise<StoredLimits> {
  const row = await relay.db.prepare("SELECT * FROM limits WHERE user_id = ?").bind(userId).first<LimitsRow>();
  if (!row) return { current: STRICT_LIMITS, raise: null };
  const raised = row.raised === null ? null : (JSON.parse(row.raised) as Limits);
  const fromMs = row.raised_from_wall_ms ?? 0;
  if (raised && fromMs <= relay.outside.wallNow()) return { current: raised, raise: null };
  return { current: JSON.parse(row.current) as Limits, raise: raised && { limits: raised, fromMs } };
}

/** What is stricter holds from this statement on; what is looser waits, and each new wish for more waits anew.
 *  Rule X44. */
export async function writeLimits(relay: Relay, userId: string, wanted: Limits): Promise<void> {
  const { current, raise } = await readLimits(relay, userId);
  const nowMs = relay.outside.wallNow();
  const raises = isRaise(current, wanted);
  // The same wish again does not begin its wait anew.
  const fromMs =
    raise && JSON.stringify(raise.limits) === JSON.stringify(wanted) ? raise.fromMs : nowMs + RAISE_WAIT_MS;
  const write = relay.db
    .prepare(
      `INSERT INTO limits (user_id, current, raised, raised_from_wall_ms, updated_wall_ms) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT (user_id) DO UPDATE SET current = ?2, raised = ?3, raised_from_wall_ms = ?4, updated_wall_ms = ?5`,
    )
    .bind(
      userId,
      JSON.stringify(strictest(current, wanted)),
      raises ? JSON.stringify(wanted) : null,
      raises ? fromMs : null,
      nowMs,
    );
  // Whoever did not ask for it reads of it before it holds.
  await relay.db.batch([write, ...(raises ? [noticeRow(relay, userId, "limits-raised", { from: fromMs })] : [])]);
}

export const takeRaiseBack = async (relay: Relay, userId: string): Promise<void> => {
  const { current } = await readLimits(relay, userId);
  await writeLimits(relay, userId, current);
};

/** What the limits are held against: as it is now, where the exchange tells; null where nothing of today is known. */
export async function readToday(relay: Relay, userId: string, marketMs: EpochMs): Promise<LimitsAnswer["today"]> {
  const known = await readFacts(relay, userId, marketMs);
  if (known && known.fresh === 1) return known.today;
  const signer = await signerOfUser(relay, userId);
  const refreshed = signer.ok && (await refreshAccountFacts(relay, userId, signer.value)).ok;
  // Figures from before the last fill would be wrong ones.
  return refreshed ? ((await readFacts(relay, userId, marketMs))?.today ?? null) : null;
}

async function readFacts(relay: Relay, userId: string, marketMs: EpochMs) {
  const wallMs = relay.outside.wallNow();
  const row = await relay.db
    .prepare(
      `SELECT realised_krw, exposure_krw, asked_epoch = epoch AND asked_wall_ms > ?4 AS fresh,
         ${maySpendKrw("?1", "?5")} AS open_krw,
         (SELECT COUNT(*) FROM orders o WHERE o.user_id = ?1 AND o.side = 'bid' AND o.intent_market_ms >= ?3) AS orders
       FROM account_snapshots WHERE user_id = ?1 AND kst_day = ?2`,
    )
    .bind(userId, kstDayOf(marketMs), kstDayStart(marketMs), wallMs - ACCOUNT_FACTS_MS, wallMs)
    .first<Record<"realised_krw" | "exposure_krw" | "fresh" | "open_krw" | "orders", number>>();
  if (!row) return null;
  const { realised_krw: realisedKrw, exposure_krw, open_krw, orders, fresh } = row;
  return { today: { realisedKrw, exposureKrw: exposure_krw + open_krw, orders }, fresh };
}
