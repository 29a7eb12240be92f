import { SECOND_MS } from "../../domain/units.ts";
import type { Relay } from "../relay.ts";
import { holdPace, orderPace, otherPace, turnStatement, waitOfTurn } from "../upbit/pace.ts";
import { askOrder, lookUp, type OpenKey } from "./ask-order.ts";
import { cancelOrder } from "./cancel-order.ts";
import { rereadOrder, type OrderRow } from "./order-row.ts";
import { IN_FLIGHT_MS, isDeniedLongEnough } from "./record-missing.ts";
import { recordOrder, type OrderTruth } from "./record-order.ts";
import { sendOrder, type Attempt } from "./send-order.ts";
import { toldIfChanged } from "./tell-order.ts";

/** A handler may live half a minute after its answer left (facts of the platform): what is not settled by then is the
 *  sweep's. */
const FOLLOW_MS = 20 * SECOND_MS;
/** Between two looks at an order whose answer was lost. */
const LOOK_MS = 2 * SECOND_MS;

/** Writes down what an attempt came to and, where that is no end, goes on asking and trying for a while. Runs after the
 *  answer has left. */
export async function followOrder(
  relay: Relay,
  { row, key, askWaitMs }: { readonly row: OrderRow; readonly key: OpenKey; readonly askWaitMs: number },
  attempt: Attempt,
): Promise<void> {
  const untilMs = relay.outside.wallNow() + FOLLOW_MS;
  let standing = await settleAttempt(relay, { row, key, askWaitMs }, attempt);
  while (standing.state === "sending" || standing.state === "unknown") {
    const nowMs = relay.outside.wallNow();
    const waitMs = Math.max(LOOK_MS, standing.state === "sending" ? (standing.ask_wall_ms ?? 0) - nowMs : 0);
    if (nowMs + waitMs > untilMs) return;
    await relay.outside.sleep(waitMs);
    standing = await stepOrder(relay, await rereadOrder(relay, standing), key);
  }
  // Halted between the intent and its answer.
  if (standing.state === "accepted" && standing.cancel_due === 1) await cancelOrder(relay, standing);
}

/** One step further with an order whose truth is open: sent again where that is safe, asked about otherwise. Used by
 *  whoever waits for it and by the sweep. Rules X36, X39. */
export async function stepOrder(relay: Relay, row: OrderRow, key: OpenKey): Promise<OrderRow> {
  const nowMs = relay.outside.wallNow();
  if (row.state !== "sending") {
    const asked = await askOrder(relay, row, key);
    return asked.state === "unknown" && maySendAgain(asked, relay.outside.wallNow())
      ? sendAgain(relay, asked, key)
      : asked;
  }
  // Busy: nothing is on its way and nothing was taken.
  if (row.exchange_error !== null && row.doubted === 0)
    return nowMs < (row.valid_until_wall_ms ?? 0)
      ? sendAgain(relay, row, key)
      : recordOrder(relay, row, { state: "rejected", exchangeError: row.exchange_error });
  const inFlight = nowMs - (row.sent_wall_ms ?? 0) < IN_FLIGHT_MS;
  return inFlight ? row : askOrder(relay, row, key);
}

/** Source: upbit-api 7, "POST time-out": the same identifier, within its validity, after enough denials. Where a second
 *  attempt was refused by name, a third would be too. */
const maySendAgain = (row: OrderRow, nowMs: number): boolean =>
  row.exchange_error === null && isDeniedLongEnough(row, nowMs) && nowMs < (row.valid_until_wall_ms ?? 0);

/** Claims the next attempt; whoever finds the row as it knew it sends, nobody else. What opens a position goes no more
 *  once trading is halted or its automatic session ended. */
async function sendAgain(relay: Relay, row: OrderRow, key: OpenKey): Promise<OrderRow> {
  const nowMs = relay.outside.wallNow();
  const [order, other] = [orderPace(row.user_id), otherPace(row.user_id)];
  const mine = "EXISTS (SELECT 1 FROM orders WHERE id = ?4 AND sent_wall_ms = ?2)";
  const [claimed, orderTurn, otherTurn] = await relay.db.batch([
    relay.db
      .prepare(
        `UPDATE orders SET attempts = attempts + 1, sent_wall_ms = ?1, updated_wall_ms = ?1, missing_count = 0,
           missing_since_wall_ms = NULL, exchange_error = NULL, ask_wall_ms = ?2
         WHERE id = ?3 AND attempts = ?4 AND state = ?5 AND valid_until_wall_ms > ?1 AND cancel_due = 0
           AND EXISTS (SELECT 1 FROM users u WHERE u.id = orders.user_id AND u.locked_wall_ms IS NULL)
           AND (side = 'ask' OR (NOT EXISTS (SELECT 1 FROM halts WHERE scope IN (orders.user_id, '*'))
             AND (auto_session_id IS NULL OR EXISTS (
               SELECT 1 FROM auto_sessions a WHERE a.id = orders.auto_session_id AND a.state = 'running'))))
         RETURNING *`,
      )
      .bind(nowMs, nowMs + IN_FLIGHT_MS, row.id, row.attempts, row.state),
    turnStatement(relay, order, mine, row.id),
    turnStatement(relay, other, mine, row.id),
  ]);
  const [again] = claimed!.results as OrderRow[];
  if (!again) return rereadOrder(relay, row);
  const turnOf = (turn: D1Result | undefined) => (turn?.results[0] as { until_wall_ms: number } | undefined) ?? null;
  const [orderUntil, otherUntil] = [turnOf(orderTurn), turnOf(otherTurn)];
  if (orderUntil) await relay.outside.sleep(waitOfTurn(relay, order, orderUntil.until_wall_ms));
  const attempt = await sendOrder(relay, again, key.signer);
  const askWaitMs = otherUntil ? waitOfTurn(relay, other, otherUntil.until_wall_ms) : 0;
  return settleAttempt(relay, { row: again, key, askWaitMs }, attempt);
}

/** Writes down what an attempt came to: one batch. */
export async function settleAttempt(
  relay: Relay,
  { row, key, askWaitMs }: { readonly row: OrderRow; readonly key: OpenKey; readonly askWaitMs: number },
  attempt: Attempt,
): Promise<OrderRow> {
  switch (attempt.kind) {
    case "known":
      return recordOrder(relay, row, await withFills(relay, { row, key, askWaitMs }, attempt.truth));
    case "busy":
      return recordBusy(relay, row, attempt);
    case "unclear":
      return recordOrder(relay, row, {
        state: "unknown",
        doubted: true,
        ...(attempt.name === null ? {} : { exchangeError: attempt.name }),
      });
    default:
      // Never sent, this time. An earlier copy may have arrived.
      return recordOrder(relay, row, { state: row.doubted === 1 ? "unknown" : "expired" });
  }
}

/** What takes from the book has filled by now, and the answer to the order itself never lists fills (upbit-api 4.4): it
 *  is read back once before it is written down. */
async function withFills(
  relay: Relay,
  { row, key, askWaitMs }: { readonly row: OrderRow; readonly key: OpenKey; readonly askWaitMs: number },
  truth: OrderTruth,
): Promise<OrderTruth> {
  if (truth.exchangeUuid === undefined) return truth;
  if (askWaitMs > 0) await relay.outside.sleep(askWaitMs);
  const read = await lookUp(relay, row, key);
  return typeof read === "string" ? truth : read;
}

/** It was not taken: the pocket's turns move on, and the order waits for its next attempt. The user is told once. */
async function recordBusy(
  relay: Relay,
  row: OrderRow,
  { name, waitMs }: Extract<Attempt, { kind: "busy" }>,
): Promise<OrderRow> {
  if (name !== "not_sent") await holdPace(relay, orderPace(row.user_id), waitMs);
  const wallMs = relay.outside.wallNow();
  const [written] = await relay.db.batch([
    relay.db
      .prepare(
        `UPDATE orders SET exchange_error = ?1, ask_wall_ms = ?2, updated_wall_ms = ?3
         WHERE id = ?4 AND attempts = ?5 AND state = ?6 RETURNING *`,
      )
      .bind(row.doubted === 1 ? null : name, wallMs + waitMs, wallMs, row.id, row.attempts, row.state),
    ...(row.attempts === 1 ? [toldIfChanged(relay, row, "order-delayed")] : []),
  ]);
  return (written!.results[0] as OrderRow | undefined) ?? rereadOrder(relay, row);
}
