import { CANDLE_COLUMNS, type Candle, type CandleColumns } from "../../domain/candle.ts";
import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { fail, type Result } from "../../domain/result.ts";
import type { EpochMs } from "../../domain/units.ts";
import type { Lease, Order } from "../../domain/wire.ts";
import type { CandleWay } from "../collect/market-collector.ts";
import type { RelayClient } from "../relay-client.ts";
import {
  beatAutoSession,
  readAutoSession,
  runningAutoSessions,
  stopAutoSession,
  updateAutoSession,
} from "../store/auto-session-store.ts";
import { readCandles } from "../store/candle-store.ts";
import type { ObservatorDatabase } from "../store/database.ts";
import {
  addDecision,
  markDecision,
  openDecisions,
  ordersToday,
  refuseDecision,
  settleDecision,
} from "../store/decision-log.ts";
import type { AutoSessionRow, DecisionRow } from "../store/tables.ts";
import { judgeCandle, type ClosedCandle } from "./judge-candle.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import type { ServingPredictor } from "./model-sync.ts";

export type TraderPorts = {
  readonly db: ObservatorDatabase;
  readonly relay: Pick<RelayClient, "me" | "placeOrder" | "order" | "orders" | "takeLease" | "beatLease" | "endLease">;
  serving(market: MarketCode): Promise<ServingPredictor | null>;
  marketNow(): EpochMs;
  wallNow(): EpochMs;
  /** A new UUID. */
  newKey(): string;
};

/** An order that the relay has no trace of for so long after its answer was lost never reached it: the request's own
 *  time-out is a third of this. */
const UNTRACED_AFTER_MS = 60_000;
/** The relay's order list ends here. Source: domain/wire, `OrdersAnswerSchema`. */
const LONGEST_ORDER_LIST = 100;

/** Candles may close while an earlier one is still being decided on: so many more are read and cut off again. */
const SPARE_CANDLES = 10;

function candlesUpTo(columns: CandleColumns, openTimeMs: EpochMs): CandleColumns {
  const later = columns.openTimeMs.findIndex((time) => time > openTimeMs);
  if (later === -1) return columns;
  return Object.fromEntries(CANDLE_COLUMNS.map((name) => [name, columns[name].subarray(0, later)])) as CandleColumns;
}

const withoutOrder = (decision: Omit<DecisionRow, "id">, fault: Fault): Omit<DecisionRow, "id"> => ({
  ...decision,
  action: "refused",
  reason: "relay-refused",
  idempotencyKey: null,
  request: null,
  orderState: null,
  fault: fault.type,
});

/** Runs the automatic sessions of this browser: decides on each closed candle, sends, and finds out what became of what
 *  was sent. Rules C8–C11. */
export class AutoTrader {
  readonly #ports: TraderPorts;
  /** Decisions whose order is on its way in this moment: nobody else asks about them. */
  readonly #sending = new Set<number>();
  /** When we first looked in vain for an order whose answer was lost. Wall time by decision. */
  readonly #untracedSince = new Map<number, number>();
  readonly #leases: LeaseKeeper;
  #deciding: Promise<void> = Promise.resolve();

  constructor(ports: TraderPorts) {
    this.#ports = ports;
    this.#leases = new LeaseKeeper(ports);
  }

  /** One candle after another; a rejection is a bug and stays in the chain.
   *  @param way how it came: the decision says so */
  onClosed(market: MarketCode, candle: Candle, way: CandleWay): Promise<void> {
    this.#deciding = this.#deciding.then(() => this.#decideAll(market, { ...candle, way }));
    return this.#deciding;
  }

  /** Every few seconds of the wall: a sign of life of each session, and how many candles it has. */
  async beat(): Promise<void> {
    for (const session of await runningAutoSessions(this.#ports.db)) {
      const lived = await beatAutoSession(this.#ports.db, session.id, this.#ports.wallNow());
      const goesOn = lived && (await this.#leases.keep(session));
      if (goesOn && (session.candlesNeed === 0 || session.candlesHave < session.candlesNeed))
        await this.#showProgress(session);
    }
    await this.#leases.giveBack();
  }

  /** Every few seconds of the wall: asks about orders whose end is not known, also of sessions that have ended. */
  async settleOpen(): Promise<void> {
    for (const decision of await openDecisions(this.#ports.db)) {
      if (this.#sending.has(decision.id!)) continue;
      const order =
        decision.orderId === null ? await this.#findOrder(decision) : await this.#askOrder(decision.orderId);
      if (order === null) continue;
      this.#untracedSince.delete(decision.id!);
      if (order.state !== decision.orderState || order.executedVolume !== decision.executedVolume)
        await settleDecision(this.#ports.db, decision.id!, order);
    }
  }

  async #showProgress(session: AutoSessionRow): Promise<void> {
    const { market } = session.settings;
    const serving = await this.#ports.serving(market);
    if (serving === null) return;
    const { candlesNeeded, candlesHave } = serving.predictor;
    const columns = await readCandles(this.#ports.db, market, { last: candlesNeeded });
    const progress = { candlesHave: candlesHave(columns), candlesNeed: candlesNeeded };
    await updateAutoSession(this.#ports.db, session.id, { modelId: serving.modelId, ...progress });
  }

  async #decideAll(market: MarketCode, candle: ClosedCandle): Promise<void> {
    const sessions = await runningAutoSessions(this.#ports.db);
    for (const { id, settings } of sessions) if (settings.market === market) await this.#decide(id, market, candle);
  }

  async #decide(sessionId: string, market: MarketCode, candle: ClosedCandle): Promise<void> {
    const { db } = this.#ports;
    const serving = await this.#ports.serving(market);
    const last = (serving?.predictor.candlesNeeded ?? 1) + SPARE_CANDLES;
    const columns = candlesUpTo(await readCandles(db, market, { last }), candle.openTimeMs);
    const nowMs = this.#ports.marketNow();
    // The open orders first and the session after them: a fill between the two is seen in what is held.
    const open = await openDecisions(db);
    const today = await ordersToday(db, market, nowMs);
    const session = await readAutoSession(db, sessionId);
    if (session?.state !== "running") return;
    const judged = judgeCandle({
      session,
      candle,
      columns,
      predictor: serving?.predictor ?? null,
      nowMs,
      orderInFlight: open.some((row) => row.sessionId === sessionId),
      ordersToday: today,
      newKey: () => this.#ports.newKey(),
    });
    const lease = judged.request === null ? null : await this.#leaseToSend(session);
    const refusal = lease?.ok === false ? lease.fault : null;
    const decision = refusal === null ? judged : withoutOrder(judged, refusal);
    const id = await addDecision(db, decision);
    if (id === null) return;
    if (decision.request !== null && lease?.ok) void this.#send(id, decision, lease.value);
    const { candlesHave, candlesNeed } = decision;
    await updateAutoSession(db, sessionId, { modelId: serving?.modelId ?? null, candlesHave, candlesNeed });
    if (refusal?.kind === "stop") await this.#stop(sessionId, refusal);
  }

  /** Whoever is signed in now may be another person: the session then ends before anything leaves. And only the holder
   *  of the market's lease sends. */
  async #leaseToSend(session: AutoSessionRow): Promise<Result<Lease, Fault>> {
    const me = await this.#ports.relay.me();
    if (!me.ok) return me;
    if (me.value.user.id !== session.userId)
      return fail({ type: "signed-out", kind: "stop", detail: "Another account is signed in." });
    return this.#leases.leaseOf(session);
  }

  /** Sends once. A lost answer leaves the decision open, and `settleOpen` finds out. */
  async #send(id: number, decision: Omit<DecisionRow, "id">, lease: Lease): Promise<void> {
    const { db, relay } = this.#ports;
    const { idempotencyKey, request, sessionId } = decision;
    this.#sending.add(id);
    const answer = await relay.placeOrder({
      idempotencyKey: idempotencyKey!,
      origin: "auto",
      request: request!,
      lease,
    });
    if (answer.ok) await settleDecision(db, id, answer.value.order);
    else if (answer.fault.kind === "unknown")
      await markDecision(db, id, { orderState: "unknown", fault: answer.fault.type });
    else {
      const reached = answer.fault.kind === "refuse";
      await refuseDecision(db, id, { fault: answer.fault.type, orderState: reached ? "rejected" : null });
      if (answer.fault.kind === "stop") await this.#stop(sessionId, answer.fault);
    }
    this.#sending.delete(id);
  }

  #stop(sessionId: string, { type }: Fault): Promise<void> {
    const why = { reason: "fault", fault: type, nowMs: this.#ports.wallNow() } as const;
    return stopAutoSession(this.#ports.db, sessionId, why);
  }

  async #askOrder(orderId: string): Promise<Order | null> {
    const answer = await this.#ports.relay.order(orderId);
    return answer.ok ? answer.value.order : null;
  }

  /** Looks for an order whose answer was lost by the key it was sent under; nothing is ever sent again. */
  async #findOrder(decision: DecisionRow): Promise<Order | null> {
    const list = await this.#ports.relay.orders();
    if (!list.ok) return null;
    const { orders } = list.value;
    const found = orders.find((order) => order.idempotencyKey === decision.idempotencyKey);
    if (found !== undefined) return found;
    // A list that ends before the decision, or that does not name the keys, proves nothing. Both times are the market's.
    const reachesBack = orders.length < LONGEST_ORDER_LIST || orders.at(-1)!.createdAtMs < decision.atMs;
    if (!reachesBack || orders.some((order) => order.idempotencyKey === undefined)) return null;
    const nowMs = this.#ports.wallNow();
    const since = this.#untracedSince.get(decision.id!) ?? nowMs;
    this.#untracedSince.set(decision.id!, since);
    if (nowMs - since >= UNTRACED_AFTER_MS)
      await markDecision(this.#ports.db, decision.id!, { orderState: "expired", fault: "order-unknown" });
    return null;
  }
}
