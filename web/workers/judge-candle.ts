import type { Candle, CandleColumns } from "../../domain/candle.ts";
import { MINUTE_MS, type Bps, type EpochMs, type Quantity } from "../../domain/units.ts";
import type { CandleWay } from "../collect/market-collector.ts";
import type { Predictor } from "../model/predictor.ts";
import type { AutoSessionRow, DecisionRow } from "../store/tables.ts";
import { approve, toOrderRequest } from "../trade/risk.ts";
import { sizeOrder } from "../trade/sizing.ts";
import { decide } from "../trade/strategy.ts";

/** A closed candle and how it came to this browser. */
export type ClosedCandle = Candle & { readonly way: CandleWay };

/** Everything a decision is made from; nothing else is looked at. */
export type CandleFacts = {
  readonly session: AutoSessionRow;
  readonly candle: ClosedCandle;
  /** Closed candles up to `candle`, oldest first. */
  readonly columns: CandleColumns;
  readonly predictor: Pick<Predictor, "candlesNeeded" | "predict"> | null;
  /** Market time. */
  readonly nowMs: EpochMs;
  readonly orderInFlight: boolean;
  readonly ordersToday: number;
  /** Names the order, should one leave. */
  readonly newKey: () => string;
};

type Verdict = Pick<DecisionRow, "action" | "reason" | "request"> & {
  readonly candlesHave: number;
  readonly expectedReturnBps: Bps | null;
};

/** The money path in one place: features and model, then strategy, sizing and risk, by plain calls. An order is in the
 *  answer only when risk approved it. Rule C11. */
export function judgeCandle(facts: CandleFacts): Omit<DecisionRow, "id"> {
  const { session, candle, predictor, nowMs } = facts;
  const { action, reason, request, candlesHave, expectedReturnBps } = verdictOf(facts);
  return {
    sessionId: session.id,
    market: session.settings.market,
    candleOpenMs: candle.openTimeMs,
    candleWay: candle.way,
    atMs: nowMs,
    close: candle.close,
    candlesHave,
    candlesNeed: predictor?.candlesNeeded ?? 0,
    expectedReturnBps,
    thresholdBps: session.settings.thresholdBps,
    action,
    reason,
    idempotencyKey: request === null ? null : facts.newKey(),
    request,
    orderId: null,
    orderState: request === null ? null : "sending",
    executedVolume: "0" as Quantity,
    fault: null,
  };
}

function verdictOf(facts: CandleFacts): Verdict {
  const { session, candle, columns, predictor } = facts;
  const waiting = { action: "collect", request: null, expectedReturnBps: null } as const;
  if (predictor === null) return { ...waiting, reason: "no-model", candlesHave: columns.openTimeMs.length };
  const predicted = predictor.predict(columns);
  if (!predicted.ok) return { ...waiting, reason: "sequence-incomplete", candlesHave: predicted.fault.have };

  const { expectedReturnBps } = predicted.value;
  const known = { candlesHave: predictor.candlesNeeded, expectedReturnBps };
  const { settings, held } = session;
  const decision = decide(expectedReturnBps, { thresholdBps: settings.thresholdBps, held });
  const intent = sizeOrder(decision, { market: settings.market, orderTotal: settings.orderTotal, held });
  if (intent === null) return { ...known, action: "hold", reason: decision.reason, request: null };
  const approved = approve(intent, {
    nowMs: facts.nowMs,
    candleOpenMs: candle.openTimeMs,
    intervalMs: MINUTE_MS,
    close: candle.close,
    held,
    orderInFlight: facts.orderInFlight,
    ordersToday: facts.ordersToday,
    maxOrdersPerDay: settings.maxOrdersPerDay,
  });
  if (!approved.ok) return { ...known, action: "refused", reason: approved.fault.reason, request: null };
  return { ...known, action: decision.action, reason: decision.reason, request: toOrderRequest(approved.value) };
}
