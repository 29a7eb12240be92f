import { Big, decimal, decimalText } from "../../domain/decimal.ts";
import { canFollow, ORDER_STATES, type OrderState } from "../../domain/order.ts";
import type { UpbitOrder } from "../../domain/upbit.ts";
import { MINUTE_MS } from "../../domain/units.ts";
import { marketNow } from "../clock.ts";
import type { Relay } from "../relay.ts";
import type { OrderRow } from "./order-row.ts";

/** Between two questions about an order that is still open. The sweep runs once a minute. */
export const ASK_AGAIN_MS = MINUTE_MS - 5_000;

/** What became known about an order; what is left out stays as it was. */
export type OrderTruth = {
  readonly state: OrderState;
  readonly exchangeUuid?: string;
  readonly executedVolume?: string;
  /** Null: fills exist but were not listed. */
  readonly executedFunds?: string | null;
  readonly paidFee?: string;
  readonly tradesCount?: number;
  readonly exchangeError?: string;
};

const STATE_AT_EXCHANGE: Readonly<Record<UpbitOrder["state"], OrderState>> = {
  wait: "accepted",
  watch: "accepted",
  done: "filled",
  cancel: "cancelled",
};

/** The exchange's order in our words. A market bid ends in `cancel` with executed volume (upbit-api 7). */
export function truthOf(order: UpbitOrder): OrderTruth {
  const listed = order.trades?.reduce((sum, trade) => sum.plus(trade.funds), new Big(0)) ?? null;
  const funds = listed ?? (order.trades_count === 0 ? new Big(0) : null);
  return {
    state: STATE_AT_EXCHANGE[order.state],
    exchangeUuid: order.uuid,
    executedVolume: decimalText(decimal(order.executed_volume)),
    executedFunds: funds && decimalText(funds),
    paidFee: decimalText(decimal(order.paid_fee)),
    tradesCount: order.trades_count,
  };
}

/** A refusal with 400 was judged and may have used the identifier up; any other never got so far.
 *  Source: upbit-api 4.3, "identifier". */
export const refusalTruth = (name: string, status: number): OrderTruth => ({
  state: status === 400 ? "burned" : "rejected",
  exchangeError: name,
});

/** When the sweep asks next, or null when the last word was said. A refused or vanished order is asked about less and
 *  less often, in case it appears late. */
function nextAskMs(state: OrderState, wallMs: number): number | null {
  switch (state) {
    case "sending":
    case "unknown":
    case "accepted":
      return wallMs + ASK_AGAIN_MS;
    case "burned":
    case "expired":
      return wallMs + 10 * MINUTE_MS;
    default:
      return null;
  }
}

/** Writes a truth over a row if the table of states allows it and nothing newer is there: fills never go backwards.
 *  @returns the row as it then is, whoever wrote it. Rules T3, X5. */
export async function recordOrder(relay: Relay, row: OrderRow, truth: OrderTruth): Promise<OrderRow> {
  const before = ORDER_STATES.filter((state) => state === truth.state || canFollow(state, truth.state));
  const wallMs = relay.outside.wallNow();
  const now = await marketNow(relay);
  const updatedMs = now.ok ? now.value : row.updated_market_ms;
  const written = await relay.db
    .prepare(
      `UPDATE orders SET state = ?1, exchange_uuid = COALESCE(?2, exchange_uuid),
         executed_volume = COALESCE(?3, executed_volume), executed_funds = COALESCE(?4, executed_funds),
         paid_fee = COALESCE(?5, paid_fee), trades_count = COALESCE(?6, trades_count),
         exchange_error = ?7, updated_market_ms = ?8, updated_wall_ms = ?9, ask_wall_ms = ?10,
         missing_count = 0, missing_since_wall_ms = NULL
       WHERE id = ?11 AND state IN (${before.map((state) => `'${state}'`).join(", ")})
         AND trades_count <= COALESCE(?6, trades_count) RETURNING *`,
    )
    .bind(
      truth.state,
      truth.exchangeUuid ?? null,
      truth.executedVolume ?? null,
      truth.executedFunds ?? null,
      truth.paidFee ?? null,
      truth.tradesCount ?? null,
      truth.exchangeError ?? null,
      updatedMs,
      wallMs,
      nextAskMs(truth.state, wallMs),
      row.id,
    )
    .all<OrderRow>();
  const [updated] = written.results;
  if (updated) return updated;
  return (await relay.db.prepare("SELECT * FROM orders WHERE id = ?").bind(row.id).first<OrderRow>()) ?? row;
}
