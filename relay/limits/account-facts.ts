import { array } from "valibot";
import { Big, decimal } from "../../domain/decimal.ts";
import { lotsAfter, type TimedFill } from "../../domain/lots.ts";
import { ok, type Result } from "../../domain/result.ts";
import { kstDayOf, kstDayStart } from "../../domain/time.ts";
import { UpbitAccountSchema } from "../../domain/upbit.ts";
import { DAY_MS, type DecimalText, type EpochMs } from "../../domain/units.ts";
import { marketNow } from "../clock.ts";
import type { RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import { ask } from "../upbit/ask.ts";
import { otherPace, takeTurn } from "../upbit/pace.ts";
import type { Signer } from "../upbit/sign.ts";

/** Lots are followed for so long; what is sold after it counts as bought elsewhere, at the account's average price. */
const FOLLOWED_MS = 90 * DAY_MS;
/** Largest whole number that is told exactly as a JSON number. */
const MOST_KRW = new Big(Number.MAX_SAFE_INTEGER);

type FillRow = Omit<TimedFill, "fee" | "atMs" | "elsewherePrice"> & {
  readonly at_market_ms: number;
  readonly executed_funds: string;
  readonly paid_fee: string;
  readonly elsewhere_price: DecimalText | null;
};

/** Asks for the account and works out what today lost and what is at stake. Rules X45, X46. */
export async function refreshAccountFacts(
  relay: Relay,
  userId: string,
  signer: Signer,
): Promise<Result<null, RelayFault>> {
  const now = await marketNow(relay);
  if (!now.ok) return now;
  const turn = await takeTurn(relay, otherPace(userId));
  if (!turn.ok) return turn;
  // Old from the moment it was asked: what fills meanwhile may not be in it, and begins a new epoch.
  const askedMs = relay.outside.wallNow();
  const before = await relay.db
    .prepare("SELECT buy_prices, epoch FROM account_snapshots WHERE user_id = ?")
    .bind(userId)
    .first<{ readonly buy_prices: string; readonly epoch: number }>();
  const request = { method: "GET", path: "/v1/accounts", signer } as const;
  const accounts = await ask(relay, request, array(UpbitAccountSchema));
  if (!accounts.ok) return accounts;
  const fills = await fillsOf(relay, userId, now.value).all<FillRow>();
  const held = new Map<string, Big>(
    accounts.value.map((row) => [`KRW-${row.currency}`, decimal(row.balance).plus(decimal(row.locked))] as const),
  );
  // A coin that is gone is no longer listed: then nothing of it is held.
  for (const { market } of fills!.results as FillRow[]) if (!held.has(market)) held.set(market, new Big(0));
  const dayStartMs = kstDayStart(now.value);
  const { realised, openCost } = lotsAfter(fills.results.map(timedFill), { fromMs: dayStartMs, held });
  const exposure = [...openCost.values()].reduce((sum, cost) => sum.plus(cost), new Big(0));
  const prices: Record<string, string> = JSON.parse(before?.buy_prices ?? "{}");
  for (const row of accounts.value)
    if (row.unit_currency === "KRW" && decimal(row.avg_buy_price).gt(0)) prices[row.currency] = row.avg_buy_price;
  await relay.db
    .prepare(
      `INSERT INTO account_snapshots (user_id, buy_prices, realised_krw, exposure_krw, kst_day, asked_wall_ms, asked_epoch)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
       ON CONFLICT (user_id) DO UPDATE SET buy_prices = ?2, realised_krw = ?3, exposure_krw = ?4, kst_day = ?5,
         asked_wall_ms = ?6, asked_epoch = ?7`,
    )
    .bind(
      userId,
      JSON.stringify(prices),
      wholeKrw(realised, Big.roundDown),
      wholeKrw(exposure, Big.roundUp),
      kstDayOf(now.value),
      askedMs,
      before?.epoch ?? 0,
    )
    .run();
  return ok(null);
}

const fillsOf = (relay: Relay, userId: string, nowMs: EpochMs) =>
  relay.db
    .prepare(
      `SELECT f.side, f.market, f.volume, f.funds, f.at_market_ms, o.executed_funds, o.paid_fee, o.elsewhere_price
       FROM fills f JOIN orders o ON o.id = f.order_id
       WHERE f.user_id = ? AND f.at_market_ms >= ? AND f.market LIKE 'KRW-%' ORDER BY f.at_market_ms, f.rowid`,
    )
    .bind(userId, nowMs - FOLLOWED_MS);

/** The exchange tells the fee of an order, not of a fill: each bears its part. Source: upbit-api 4.4. */
function timedFill({ at_market_ms, executed_funds, paid_fee, elsewhere_price, ...fill }: FillRow): TimedFill {
  const funds = decimal(executed_funds ?? "0");
  const fee = funds.gt(0) ? decimal(paid_fee).times(decimal(fill.funds)).div(funds).round(8, Big.roundUp) : new Big(0);
  return {
    ...fill,
    fee: fee.toFixed() as DecimalText,
    atMs: at_market_ms as EpochMs,
    elsewherePrice: elsewhere_price,
  };
}

/** Rounded against the user: a loss and a stake are never told smaller than they are. */
function wholeKrw(amount: Big, way: 0 | 3): number {
  const whole = amount.lt(0) ? amount.round(0, Big.roundUp) : amount.round(0, way);
  return (whole.gt(MOST_KRW) ? MOST_KRW : whole).toNumber();
}
