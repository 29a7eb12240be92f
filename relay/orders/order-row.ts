import type { OrderState } from "../../domain/order.ts";
import { epochMs, type DecimalText } from "../../domain/units.ts";
import type { ORDER_ORIGINS, Order } from "../../domain/wire.ts";
import type { Relay } from "../relay.ts";
import { requestOfColumns, type RequestColumns } from "./request-columns.ts";

export type OrderOrigin = (typeof ORDER_ORIGINS)[number];

export type OrderRow = RequestColumns & {
  readonly id: string;
  readonly user_id: string;
  /** The key that sent it: only its account can say that the order is not there. */
  readonly key_id: string;
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
  readonly created_market_ms: number;
  readonly updated_market_ms: number;
  readonly created_wall_ms: number;
  readonly updated_wall_ms: number;
  readonly missing_count: number;
  readonly missing_since_wall_ms: number | null;
  readonly asked_wall_ms: number | null;
  readonly ask_wall_ms: number | null;
};

/** The order as its owner sees it; its times are market time, like everything on the chart. */
export const orderOf = (row: OrderRow): Order => ({
  id: row.id,
  identifier: row.identifier,
  idempotencyKey: row.idempotency_key,
  exchangeUuid: row.exchange_uuid,
  origin: row.origin,
  request: requestOfColumns(row),
  state: row.state,
  executedVolume: row.executed_volume as DecimalText,
  executedFunds: row.executed_funds as DecimalText | null,
  paidFee: row.paid_fee as DecimalText,
  exchangeError: row.exchange_error,
  createdAtMs: epochMs(row.created_market_ms),
  updatedAtMs: epochMs(row.updated_market_ms),
});

export const readOrder = (relay: Relay, userId: string, id: string): Promise<OrderRow | null> =>
  relay.db.prepare("SELECT * FROM orders WHERE id = ? AND user_id = ?").bind(id, userId).first<OrderRow>();
