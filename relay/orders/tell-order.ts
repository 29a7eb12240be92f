import type { OrderState } from "../../domain/order.ts";
import type { NoticeKind } from "../../domain/wire-notices.ts";
import type { Relay } from "../relay.ts";
import type { OrderRow } from "./order-row.ts";
import type { OrderTruth } from "./record-order.ts";

/** What a user is told of a step of an order, or null where the screen that sent it says enough. Rule X38. */
function noticeOf(row: OrderRow, { state, exchangeError, executedVolume }: OrderTruth): NoticeKind | null {
  if (state === row.state) return null;
  const closed: readonly OrderState[] = ["filled", "cancelled"];
  // It was taken for refused or lost, and is not.
  if (row.state === "burned" || row.state === "expired") return "order-late";
  if (state === "unknown") return "order-unknown";
  if (row.origin === "reserved") {
    if (state === "accepted" || closed.includes(state))
      return row.state === "accepted" ? "order-done" : "reservation-done";
    return "reservation-failed";
  }
  if (state === "rejected" || state === "burned" || state === "expired")
    return row.origin === "auto" || row.state === "unknown" || exchangeError === undefined ? "order-refused" : null;
  const rested = row.state === "accepted" || row.state === "unknown";
  return closed.includes(state) && rested && (executedVolume ?? row.executed_volume) !== "0" ? "order-done" : null;
}

/** Statements that tell it, to stand right behind the update that makes it true: they do nothing where that changed
 *  nothing. */
export function newsOf(relay: Relay, row: OrderRow, truth: OrderTruth): D1PreparedStatement[] {
  const kind = noticeOf(row, truth);
  return kind === null ? [] : [toldIfChanged(relay, row, kind, { state: truth.state })];
}

export const toldIfChanged = (
  relay: Relay,
  row: OrderRow,
  kind: NoticeKind,
  detail: Readonly<Record<string, string>> = {},
): D1PreparedStatement =>
  relay.db
    .prepare(
      `INSERT INTO notifications (user_id, kind, detail, created_wall_ms) SELECT ?1, ?2, ?3, ?4 WHERE changes() > 0`,
    )
    .bind(
      row.user_id,
      kind,
      JSON.stringify({ market: row.market, side: row.side, order: row.id, ...detail }),
      relay.outside.wallNow(),
    );
