import { Big, decimal } from "../../domain/decimal.ts";
import { STRICT_LIMITS } from "../../domain/limits.ts";
import { baseOf, quoteOf } from "../../domain/market.ts";
import { checkOrder, opensPosition, validityMs, type OrderRequest } from "../../domain/order.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { kstDayOf, kstDayStart } from "../../domain/time.ts";
import type { EpochMs } from "../../domain/units.ts";
import { sessionWindow } from "../accounts/session.ts";
import { marketNow } from "../clock.ts";
import { refuse, retry, stop, type RelayFault } from "../faults.ts";
import { signerOfUser, type KeyRow } from "../keys/key-row.ts";
import { refreshAccountFacts } from "../limits/account-facts.ts";
import { GUARD, GUARD_HOLDS, whyNot, type GuardedOrder, type Verdict } from "../limits/guard.ts";
import { priceE8, refreshMarketFacts } from "../limits/market-facts.ts";
import { newId, type Relay } from "../relay.ts";
import { orderPace, otherPace, waitOfTurn, type Pace } from "../upbit/pace.ts";
import { liveTrading } from "./live-trading.ts";
import type { OrderOrigin, OrderRow } from "./order-row.ts";
import { IN_FLIGHT_MS } from "./record-missing.ts";
import { columnsOfRequest, sameRequest } from "./request-columns.ts";

export type Intent = {
  /** Whose order: known, or by the hash of a session that the same batch looks at. */
  readonly by: { readonly userId: string } | { readonly sessionHash: string };
  readonly origin: OrderOrigin;
  readonly request: OrderRequest;
  /** One key, one order, for ever. */
  readonly idempotencyKey: string;
  /** How long it may be sent; shorter than its kind allows, never longer. */
  readonly validForMs?: number | undefined;
  /** Wall time from which it must not be sent any more, however long it took to get here. */
  readonly endsWallMs?: number;
  /** The claim under which a reservation's run is carried out; without it, or after it, nothing is written. */
  readonly run?: { readonly id: string; readonly leaseMs: number };
  /** The lease of the automatic session that sends it. */
  readonly lease?: { readonly id: string; readonly token: number } | undefined;
  /** The automatic session it belongs to, where that is over and the relay itself winds it up. */
  readonly autoSessionId?: string;
};

/** `isNew`: this call wrote the row, so this call and no other sends it. The waits are what its turns ask for. */
export type Written = {
  readonly row: OrderRow;
  readonly key: KeyRow | null;
  readonly isNew: boolean;
  readonly orderWaitMs: number;
  readonly askWaitMs: number;
};

/** One look with old facts, one with new ones, and more should other orders' fills make them old between. */
const MOST_LOOKS = 6;

/** Checks an order and writes it down with its identifier before anything leaves, all in one batch: session, key,
 *  lease, limits, the intent, its turn at the exchange. Only when facts about market or account were too old is the
 *  exchange asked and the batch made again. Rules X2, X5, X36, X37, T4. */
export async function writeIntent(relay: Relay, intent: Intent): Promise<Result<Written, RelayFault>> {
  const checked = checkOrder(intent.request);
  if (!checked.ok) return checked;
  const live = liveTrading(relay);
  if (!live.ok) return live;
  const now = await marketNow(relay);
  if (!now.ok) return now;
  let withoutFacts = false;
  for (let looks = 1; looks <= MOST_LOOKS; looks += 1) {
    const written = await lookAndWrite(relay, intent, { marketMs: now.value, withoutFacts });
    if (!written.ok || written.value !== "facts-are-old") return written as Result<Written, RelayFault>;
    const fresh = await refreshFacts(relay, intent);
    if (!fresh.ok && opensPosition(intent.request)) return fresh;
    // A sale needs them only for its books, and passes without.
    withoutFacts = !fresh.ok;
  }
  return retry("exchange-busy", "The facts that limits are held against are older than they may be.", 1_000);
}

type Look = { readonly marketMs: EpochMs; readonly withoutFacts: boolean };

/** Everything that happens before an order leaves: verdict, intent, its turns, the row, the key. Rule X36. */
export function intentBatch(relay: Relay, intent: Intent, look: Look): D1PreparedStatement[] {
  const wallMs = relay.outside.wallNow();
  const id = intent.run?.id ?? newId(relay);
  const given = JSON.stringify({ ...guarded(intent, look, wallMs), ...columns(relay, intent, { id, look, wallMs }) });
  const on = (sql: string) => relay.db.prepare(sql).bind(given);
  const own = intent.run ? "o.id = ?1 ->> '$.id'" : "o.idempotency_key = ?1 ->> '$.idempotencyKey'";
  return [
    on(`${GUARD} SELECT * FROM guard`),
    on(intent.run ? SEND_RUN : INSERT),
    turnOf(relay, id, orderPace("")),
    turnOf(relay, id, otherPace("")),
    on(`${GUARD} SELECT o.* FROM orders o JOIN asker ON o.user_id = asker.user_id
        WHERE ${own} AND o.intent_wall_ms IS NOT NULL`),
    on(`${GUARD} SELECT k.* FROM trading_keys k JOIN asker ON k.user_id = asker.user_id`),
  ];
}

async function lookAndWrite(
  relay: Relay,
  intent: Intent,
  look: Look,
): Promise<Result<Written | "facts-are-old", RelayFault>> {
  const [verdicts, inserted, orderTurn, otherTurn, standing, keys] = await relay.db.batch(
    intentBatch(relay, intent, look),
  );
  const verdict = verdicts!.results[0] as Verdict | undefined;
  if (!verdict) return stop("signed-out", "Nobody is signed in, or the account is locked.");
  const row = standing!.results[0] as OrderRow | undefined;
  if (!row) {
    const reason = whyNot(verdict);
    return reason ? fail(reason) : ok("facts-are-old");
  }
  const isNew = inserted!.results.length === 1;
  if (!isNew && !(row.origin === intent.origin && sameRequest(row, columnsOfRequest(intent.request))))
    return refuse("idempotency-conflict", "Another order was sent under this idempotency key.", "idempotencyKey");
  const waitOf = (pace: Pace, turn: D1Result | undefined) => {
    const until = (turn?.results[0] as { until_wall_ms: number } | undefined)?.until_wall_ms;
    return until === undefined ? 0 : waitOfTurn(relay, pace, until);
  };
  return ok({
    row,
    key: (keys!.results[0] as KeyRow | undefined) ?? null,
    isNew,
    orderWaitMs: waitOf(orderPace(""), orderTurn),
    askWaitMs: waitOf(otherPace(""), otherTurn),
  });
}

/** Takes the turn of the order that was just written, if it was; its user is known to the database alone. */
const turnOf = (relay: Relay, orderId: string, { name, spacingMs }: Pace): D1PreparedStatement =>
  relay.db
    .prepare(
      `INSERT INTO paces (name, until_wall_ms)
       SELECT ?1 || user_id, ?2 + ?3 FROM orders WHERE id = ?4 AND attempts = 1 AND sent_wall_ms = ?2
       ON CONFLICT (name) DO UPDATE SET until_wall_ms = MAX(until_wall_ms, ?2) + ?3 RETURNING until_wall_ms`,
    )
    .bind(name, relay.outside.wallNow(), spacingMs, orderId);

/** Whole won that a buy may spend, rounded up. Limits are kept in won: a buy in another currency is not allowed at all. */
function worthKrw(request: OrderRequest): number {
  if (!opensPosition(request) || quoteOf(request.market) !== "KRW") return 0;
  const total = request.kind === "limit" ? decimal(request.price).times(decimal(request.volume)) : null;
  return (total ?? decimal("total" in request ? request.total : "0")).round(0, Big.roundUp).toNumber();
}

function guarded(intent: Intent, { marketMs, withoutFacts }: Look, nowMs: number): GuardedOrder {
  const { by, request, run, lease } = intent;
  return {
    nowMs,
    userId: "userId" in by ? by.userId : null,
    session: "sessionHash" in by ? { hash: by.sessionHash, ...sessionWindow(nowMs) } : null,
    market: request.market,
    opens: opensPosition(request) ? 1 : 0,
    worthKrw: worthKrw(request),
    priceE8: request.kind === "limit" ? priceE8(decimal(request.price)) : null,
    dayStartMs: kstDayStart(marketMs),
    kstDay: kstDayOf(marketMs),
    run: run ?? null,
    lease: lease ?? null,
    withoutFacts,
    strict: STRICT_LIMITS,
  };
}

const columns = (
  relay: Relay,
  intent: Intent,
  { id, look, wallMs }: { id: string; look: Look; wallMs: number },
): object => ({
  id,
  identifier: `obs-${newId(relay)}`,
  idempotencyKey: intent.idempotencyKey,
  origin: intent.origin,
  ...columnsOfRequest(intent.request),
  base: baseOf(intent.request.market),
  marketMs: look.marketMs,
  validUntilMs: Math.min(
    wallMs + Math.min(intent.validForMs ?? Infinity, validityMs(intent.request)),
    intent.endsWallMs ?? Infinity,
  ),
  askMs: wallMs + IN_FLIGHT_MS,
  autoSessionId: intent.lease?.id ?? intent.autoSessionId ?? null,
});

const KEY_ID = "(SELECT k.id FROM trading_keys k WHERE k.user_id = guard.user_id)";
const ELSEWHERE = `(SELECT buy_prices ->> ('$."' || (?1 ->> '$.base') || '"') FROM account_snapshots s
  WHERE s.user_id = guard.user_id)`;

const INSERT = `${GUARD}
INSERT INTO orders (id, user_id, key_id, identifier, idempotency_key, origin, kind, market, side, price, volume, total,
  time_in_force, state, created_market_ms, updated_market_ms, created_wall_ms, updated_wall_ms, intent_wall_ms,
  intent_market_ms, valid_until_wall_ms, attempts, sent_wall_ms, ask_wall_ms, worth_krw, open_krw, elsewhere_price,
  auto_session_id)
SELECT ?1 ->> '$.id', user_id, ${KEY_ID}, ?1 ->> '$.identifier', ?1 ->> '$.idempotencyKey', ?1 ->> '$.origin',
  ?1 ->> '$.kind', ?1 ->> '$.market', ?1 ->> '$.side', ?1 ->> '$.price', ?1 ->> '$.volume', ?1 ->> '$.total',
  ?1 ->> '$.time_in_force', 'sending', ?1 ->> '$.marketMs', ?1 ->> '$.marketMs', ?1 ->> '$.nowMs', ?1 ->> '$.nowMs',
  ?1 ->> '$.nowMs', ?1 ->> '$.marketMs', ?1 ->> '$.validUntilMs', 1, ?1 ->> '$.nowMs', ?1 ->> '$.askMs',
  ?1 ->> '$.worthKrw', ?1 ->> '$.worthKrw', ${ELSEWHERE}, ?1 ->> '$.autoSessionId'
FROM guard WHERE ${GUARD_HOLDS}
ON CONFLICT (user_id, idempotency_key) DO NOTHING RETURNING id`;

/** A run has its row and its identifier since it was planned; now its amounts are known. */
const SEND_RUN = `${GUARD}
UPDATE orders SET state = 'sending', key_id = ${KEY_ID.replace("guard.user_id", "orders.user_id")},
  price = ?1 ->> '$.price', volume = ?1 ->> '$.volume', total = ?1 ->> '$.total', updated_market_ms = ?1 ->> '$.marketMs',
  updated_wall_ms = ?1 ->> '$.nowMs', intent_wall_ms = ?1 ->> '$.nowMs', intent_market_ms = ?1 ->> '$.marketMs',
  valid_until_wall_ms = ?1 ->> '$.validUntilMs', attempts = 1, sent_wall_ms = ?1 ->> '$.nowMs',
  ask_wall_ms = ?1 ->> '$.askMs', worth_krw = ?1 ->> '$.worthKrw', open_krw = ?1 ->> '$.worthKrw',
  elsewhere_price = ${ELSEWHERE.replace("guard.user_id", "orders.user_id")}
WHERE id = ?1 ->> '$.id' AND state = 'claimed' AND EXISTS (SELECT 1 FROM guard WHERE ${GUARD_HOLDS}) RETURNING id`;

async function refreshFacts(relay: Relay, { by, request }: Intent): Promise<Result<null, RelayFault>> {
  const userId = "userId" in by ? by.userId : await userOfSession(relay, by.sessionHash);
  const signer = await signerOfUser(relay, userId);
  if (!signer.ok) return signer;
  const [account, market] = await Promise.all([
    refreshAccountFacts(relay, userId, signer.value),
    opensPosition(request) ? refreshMarketFacts(relay, request.market) : ok(null),
  ]);
  return account.ok ? market : account;
}

/** The batch before has just found it good. */
async function userOfSession(relay: Relay, hash: string): Promise<string> {
  const row = await relay.db.prepare("SELECT user_id FROM sessions WHERE token_hash = ?").bind(hash).first("user_id");
  return String(row);
}
