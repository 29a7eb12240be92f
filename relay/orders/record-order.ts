import { Big, decimal, decimalText } from "../../domain/decimal.ts";
import { canFollow, type OrderState } from "../../domain/order.ts";
import { parseInstant } from "../../domain/time.ts";
import type { UpbitOrder } from "../../domain/upbit.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { marketNow } from "../clock.ts";
import type { Relay } from "../relay.ts";
import { rereadOrder, type OrderRow } from "./order-row.ts";
import { newsOf } from "./tell-order.ts";

/** Between two questions about an order that is still open. The sweep runs once a minute. */
export const ASK_AGAIN_MS = MINUTE_MS - 5 * SECOND_MS;

type TradeOfOrder = { readonly uuid: string; readonly volume: string; readonly funds: string; readonly atMs: number };

/** What became known about an order; what is left out stays as it was. */
export type OrderTruth = {
  readonly state: OrderState;
  readonly exchangeUuid?: string;
  readonly executedVolume?: string;
  /** Null: fills exist but were not listed. */
  readonly executedFunds?: string | null;
  readonly paidFee?: string;
  readonly tradesCount?: number;
  readonly trades?: readonly TradeOfOrder[];
  readonly exchangeError?: string;
  /** An attempt ended without an answer. */
  readonly doubted?: boolean;
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
  const trades = (order.trades ?? []).map(({ uuid, volume, funds: spent, created_at }) => {
    const at = parseInstant(created_at);
    return { uuid, volume, funds: spent, atMs: at.ok ? at.value : 0 };
  });
  return {
    state: STATE_AT_EXCHANGE[order.state],
    exchangeUuid: order.uuid,
    executedVolume: decimalText(decimal(order.executed_volume)),
    executedFunds: funds && decimalText(funds),
    paidFee: decimalText(decimal(order.paid_fee)),
    tradesCount: order.trades_count,
    trades,
  };
}

/** A refusal with 400 was judged and may have used the identifier up; any other never got so far.
 *  Source: upbit-api 4.3, "identifier". */
export const refusalTruth = (name: string, status: number): OrderTruth => ({
  state: status === 400 ? "burned" : "rejected",
  exchangeError: name,
});

/** When it is asked about next, or null when the last word was said. */
function nextAskMs(state: OrderState, wallMs: number): number | null {
  if (state === "accepted") return wallMs + ASK_AGAIN_MS;
  // Nobody waits for these; first they are agreed on (60 s), then looked for in case they appear late.
  if (state === "burned" || state === "expired") return wallMs + 20 * SECOND_MS;
  return state === "sending" || state === "unknown" ? wallMs : null;
}

/** Whole won that an order may still spend. */
function openKrw(row: OrderRow, truth: OrderTruth): number {
  if (!["sending", "unknown", "accepted"].includes(truth.state)) return 0;
  const executed = decimal(truth.executedVolume ?? row.executed_volume);
  if (row.worth_krw === 0 || row.volume === null || executed.eq(0)) return row.worth_krw;
  const rest = new Big(1).minus(executed.div(decimal(row.volume)));
  return new Big(row.worth_krw).times(rest).round(0, Big.roundUp).toNumber();
}

/** Tries against somebody who writes the same row. */
const MOST_TRIES = 4;

/** Writes a truth over a row if the table of states allows it and nothing newer is there: fills never go backwards. One
 *  batch holds the state, the fills, the age of the account's facts and what the user is told of it.
 *  @returns the row as it then is, whoever wrote it. Rules T3, X5, X38. */
export async function recordOrder(relay: Relay, known: OrderRow, truth: OrderTruth): Promise<OrderRow> {
  let row = known;
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    if (truth.state !== row.state && !canFollow(row.state, truth.state)) return row;
    const written = await write(relay, row, truth);
    if (written) return written;
    const standing = await rereadOrder(relay, row);
    // Only an older truth is kept out while the state stands still.
    if (standing.state === row.state && standing.trades_count > (truth.tradesCount ?? standing.trades_count))
      return standing;
    row = standing;
  }
  return row;
}

async function write(relay: Relay, row: OrderRow, truth: OrderTruth): Promise<OrderRow | null> {
  const now = await marketNow(relay);
  const updatedMs = now.ok ? now.value : row.updated_market_ms;
  const [updated] = await relay.db.batch(recordBatch(relay, row, { truth, updatedMs }));
  return (updated!.results[0] as OrderRow | undefined) ?? null;
}

/** The state, what the user is told of it, the fills, the age of the account's facts. Rule X36. */
export function recordBatch(
  relay: Relay,
  row: OrderRow,
  { truth, updatedMs }: { readonly truth: OrderTruth; readonly updatedMs: number },
): D1PreparedStatement[] {
  const wallMs = relay.outside.wallNow();
  const update = relay.db
    .prepare(
      `UPDATE orders SET state = ?1, exchange_uuid = COALESCE(?2, exchange_uuid),
         executed_volume = COALESCE(?3, executed_volume), executed_funds = COALESCE(?4, executed_funds),
         paid_fee = COALESCE(?5, paid_fee), trades_count = COALESCE(?6, trades_count),
         exchange_error = ?7, updated_market_ms = ?8, updated_wall_ms = ?9, ask_wall_ms = ?10, open_krw = ?11,
         doubted = MAX(doubted, ?12), missing_count = 0, missing_since_wall_ms = NULL
       WHERE id = ?13 AND state = ?14 AND trades_count <= COALESCE(?6, trades_count) RETURNING *`,
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
      openKrw(row, truth),
      truth.doubted ? 1 : 0,
      row.id,
      row.state,
    );
  // The news stand right behind the update, because they are told only if it wrote something.
  return [update, ...newsOf(relay, row, truth), ...fillsOf(relay, row, truth)];
}

/** Each fill once; a new one makes the facts about the account old. */
function fillsOf(relay: Relay, row: OrderRow, { trades = [] }: OrderTruth): D1PreparedStatement[] {
  if (trades.length === 0) return [];
  return [
    relay.db
      .prepare(
        `INSERT INTO account_snapshots (user_id, epoch) SELECT ?1, 1 WHERE EXISTS (SELECT 1 FROM json_each(?2) t
           WHERE NOT EXISTS (SELECT 1 FROM fills f WHERE f.order_id = ?3 AND f.trade_uuid = t.value ->> '$.uuid'))
         ON CONFLICT (user_id) DO UPDATE SET epoch = epoch + 1`,
      )
      .bind(row.user_id, JSON.stringify(trades), row.id),
    relay.db
      .prepare(
        `INSERT OR IGNORE INTO fills (order_id, trade_uuid, user_id, market, side, volume, funds, at_market_ms)
         SELECT ?1, value ->> '$.uuid', ?2, ?3, ?4, value ->> '$.volume', value ->> '$.funds', value ->> '$.atMs'
         FROM json_each(?5)`,
      )
      .bind(row.id, row.user_id, row.market, row.side, JSON.stringify(trades)),
  ];
}
