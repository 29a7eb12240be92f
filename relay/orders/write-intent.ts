import { checkOrder, type OrderRequest } from "../../domain/order.ts";
import { ok, type Result } from "../../domain/result.ts";
import { marketNow } from "../clock.ts";
import { refuse, stop, type RelayFault } from "../faults.ts";
import type { KeyRow } from "../keys/key-row.ts";
import { newId, type Relay } from "../relay.ts";
import type { OrderOrigin, OrderRow } from "./order-row.ts";
import { liveTrading } from "./live-trading.ts";
import { ASK_AGAIN_MS } from "./record-order.ts";
import { columnsOfRequest, sameRequest } from "./request-columns.ts";

export type Intent = {
  readonly userId: string;
  readonly origin: OrderOrigin;
  readonly request: OrderRequest;
  /** One key, one order, for ever. */
  readonly idempotencyKey: string;
  /** The claim under which a reservation is carried out; without it, or after it, nothing is written. */
  readonly claim?: { readonly reservationId: string; readonly leaseWallMs: number };
};
/** `isNew`: this call wrote the row, so this call and no other sends it. */
export type Written = { readonly row: OrderRow; readonly key: KeyRow | null; readonly isNew: boolean };

/** Checks an order and writes it down with its identifier before anything leaves: one batch reads the key, writes the
 *  intent and reads back whose intent stands. Rules X2, X5, T4. */
export async function writeIntent(relay: Relay, intent: Intent): Promise<Result<Written, RelayFault>> {
  const checked = checkOrder(intent.request);
  if (!checked.ok) return checked;
  const live = liveTrading(relay);
  if (!live.ok) return live;
  const now = await marketNow(relay);
  if (!now.ok) return now;
  const [keys, inserted, standing] = await relay.db.batch([
    relay.db.prepare("SELECT * FROM trading_keys WHERE user_id = ?").bind(intent.userId),
    insertOf(relay, intent, now.value),
    relay.db
      .prepare("SELECT * FROM orders WHERE user_id = ? AND idempotency_key = ?")
      .bind(intent.userId, intent.idempotencyKey),
  ]);
  const key = (keys!.results[0] as KeyRow | undefined) ?? null;
  const row = standing!.results[0] as OrderRow | undefined;
  if (!row) return key ? refuse("reservation-not-waiting", "The claim on the reservation has run out.") : noKey();
  const isNew = inserted!.results.length === 1;
  if (!isNew && !(row.origin === intent.origin && sameRequest(row, columnsOfRequest(intent.request))))
    return refuse("idempotency-conflict", "Another order was sent under this idempotency key.", "idempotencyKey");
  return ok({ row, key, isNew });
}

const noKey = () => stop("no-key", "No trading key is stored.");

function insertOf(relay: Relay, intent: Intent, marketMs: number): D1PreparedStatement {
  const { kind, market, side, price, volume, total } = columnsOfRequest(intent.request);
  const wallMs = relay.outside.wallNow();
  const { claim } = intent;
  return relay.db
    .prepare(
      `INSERT INTO orders (id, user_id, key_id, identifier, idempotency_key, origin, kind, market, side, price, volume,
         total, state, created_market_ms, updated_market_ms, created_wall_ms, updated_wall_ms, ask_wall_ms)
       SELECT ?1, user_id, id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'sending', ?11, ?11, ?12, ?12, ?13
       FROM trading_keys WHERE user_id = ?14
         AND EXISTS (SELECT 1 FROM users WHERE id = ?14 AND locked_wall_ms IS NULL) AND (?15 IS NULL OR EXISTS (
         SELECT 1 FROM reservations WHERE id = ?15 AND state = 'claimed' AND lease_wall_ms = ?16 AND ?16 > ?12))
       ON CONFLICT (user_id, idempotency_key) DO NOTHING RETURNING id`,
    )
    .bind(
      newId(relay),
      `obs-${newId(relay)}`,
      intent.idempotencyKey,
      intent.origin,
      kind,
      market,
      side,
      price,
      volume,
      total,
      marketMs,
      wallMs,
      wallMs + ASK_AGAIN_MS,
      intent.userId,
      claim?.reservationId ?? null,
      claim?.leaseWallMs ?? null,
    );
}
