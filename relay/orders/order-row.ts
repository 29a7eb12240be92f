import type { OrderState } from "../../domain/order.ts";
import { epochMs, MINUTE_MS, type DecimalText } from "../../domain/units.ts";
import type { ORDER_ORIGINS, Order } from "../../domain/wire.ts";
import type { Relay } from "../relay.ts";
import { requestOfColumns, type RequestColumns } from "./request-columns.ts";

export type OrderOrigin = (typeof ORDER_ORIGINS)[number];

/** What each column means stands in relay/migrations/0004-orders-once.sql. */
export type OrderRow = RequestColumns & {
  readonly id: string;
  readonly user_id: string;
  /** The key that sent it: only its account can say that the order is not there. */
  readonly key_id: string | null;
  readonly identifier: string;
  readonly idempotency_key: string;
  readonly origin: OrderOrigin;
  readonly state: OrderState;
  readonly exchange_uuid: string | null;
  readonly executed_volume: string;
  readonly executed_funds: string | null;
  readonly paid_fee: string;
  readonly trades_count: number;
  readonly exchange_error: string | null;
  readonly refusal: string | null;
  readonly created_market_ms: number;
  readonly updated_market_ms: number;
  readonly created_wall_ms: number;
  readonly updated_wall_ms: number;
  readonly intent_wall_ms: number | null;
  readonly intent_market_ms: number | null;
  readonly valid_until_wall_ms: number | null;
  readonly attempts: number;
  readonly sent_wall_ms: number | null;
  readonly doubted: 0 | 1;
  readonly missing_count: number;
  readonly missing_since_wall_ms: number | null;
  readonly asked_wall_ms: number | null;
  readonly ask_wall_ms: number | null;
  readonly worth_krw: number;
  readonly open_krw: number;
  readonly cancel_due: 0 | 1;
  readonly auto_session_id: string | null;
  readonly reservation_id: string | null;
  readonly due_market_ms: number | null;
  readonly lease_wall_ms: number | null;
};

/** A refused or vanished order must have been denied for so long before that is the last word. Rule X39. */
export const AGREEMENT_MS = MINUTE_MS;

/** Condition on `orders`: open as far as is known, or given up and perhaps there all the same. Nothing else is asked about
 *  any more. */
export const MAY_BE_OPEN = "ask_wall_ms IS NOT NULL";

/** Whether the state is the last word, as far as there is one. */
function isSettled(row: OrderRow): boolean {
  if (row.state !== "burned" && row.state !== "expired") return ["filled", "cancelled", "rejected"].includes(row.state);
  if (row.attempts === 0) return true;
  const { missing_since_wall_ms: since, asked_wall_ms: asked } = row;
  return since !== null && asked !== null && asked - since >= AGREEMENT_MS;
}

/** The order as its owner sees it; its times are market time, like everything on the chart. */
export const orderOf = (row: OrderRow): Order => ({
  id: row.id,
  identifier: row.identifier,
  idempotencyKey: row.idempotency_key,
  exchangeUuid: row.exchange_uuid,
  origin: row.origin,
  request: requestOfColumns(row),
  state: row.state,
  settled: isSettled(row),
  attempts: row.attempts,
  executedVolume: row.executed_volume as DecimalText,
  executedFunds: row.executed_funds as DecimalText | null,
  paidFee: row.paid_fee as DecimalText,
  exchangeError: row.exchange_error,
  createdAtMs: epochMs(row.intent_market_ms ?? row.created_market_ms),
  updatedAtMs: epochMs(row.updated_market_ms),
});

/** Only what was written down to be sent is an order to its owner; a run that waits belongs to its reservation. */
export const readOrder = (relay: Relay, userId: string, id: string): Promise<OrderRow | null> =>
  relay.db
    .prepare("SELECT * FROM orders WHERE id = ? AND user_id = ? AND intent_wall_ms IS NOT NULL")
    .bind(id, userId)
    .first<OrderRow>();

/** The row as it now is, whoever wrote it. */
export const rereadOrder = async (relay: Relay, row: OrderRow): Promise<OrderRow> =>
  (await relay.db.prepare("SELECT * FROM orders WHERE id = ?").bind(row.id).first<OrderRow>()) ?? row;
