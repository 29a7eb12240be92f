import { decimalText } from "../../domain/decimal.ts";
import { baseOf, MAXIMUM_TOTAL, MINIMUM_TOTAL, quoteOf } from "../../domain/market.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { emptyHolding, type Holding } from "../../domain/matching-account.ts";
import type { MatchingOrder } from "../../domain/matching-order.ts";
import { ok, type Result } from "../../domain/result.ts";
import { kstIso, parseInstant } from "../../domain/time.ts";
import { DAY_MS, epochMs, type EpochMs } from "../../domain/units.ts";
import type { ApiKey } from "../api-keys.ts";
import { FEE_RATE } from "../exchange-desk.ts";
import { listedOrderAnswer, orderAnswer, orderWithTradesAnswer } from "../order-answer.ts";
import { readOrderEntry } from "../order-entry.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { World } from "../world.ts";
import type { Query } from "./request.ts";

/** Endpoints that need a key: what they read and what they answer. Source: upbit-api 4. */

/** A request whose token was accepted. */
export type PrivateRequest = {
  readonly world: World;
  readonly key: ApiKey;
  readonly query: Query;
  /** null for GET and DELETE */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly nowMs: EpochMs;
};
export type PrivateHandler = (request: PrivateRequest) => Result<unknown, Refusal>;

const MOST_IDS = 100;
const MOST_OPEN = 100;
const MOST_CLOSED = 1_000;
/** Source: upbit-api 4.9. */
const CLOSED_WINDOW_MS = 7 * DAY_MS;

const invalidParameter = (message = "잘못된 파라미터입니다.") => refuse(400, "invalid_parameter", message);
const orderNotFound = () => refuse(404, "order_not_found", "주문을 찾지 못했습니다.");

const accountRow = (currency: string, { free, locked, averageBuyPrice }: Holding) => ({
  currency,
  balance: decimalText(free),
  locked: decimalText(locked),
  avg_buy_price: decimalText(averageBuyPrice),
  avg_buy_price_modified: false,
  unit_currency: "KRW",
});

export const accounts: PrivateHandler = ({ world, key }) =>
  ok([...world.exchange.books.accounts.get(key.accountId)!].map(([currency, held]) => accountRow(currency, held)));

export const chance: PrivateHandler = ({ world, key, query }) => {
  const code = query.first("market");
  if (code === null) return invalidParameter();
  if (!world.exchange.feeds.has(code as MarketCode))
    return refuse(400, "notfoundmarket", "마켓 정보를 찾을 수 없습니다.");
  const market = code as MarketCode;
  const [quote, base] = [quoteOf(market), baseOf(market)];
  const fee = decimalText(FEE_RATE);
  const row = (currency: string) =>
    accountRow(currency, world.exchange.books.accounts.get(key.accountId)!.get(currency) ?? emptyHolding());
  return ok({
    bid_fee: fee,
    ask_fee: fee,
    maker_bid_fee: fee,
    maker_ask_fee: fee,
    market: {
      id: market,
      name: `${base}/${quote}`,
      order_types: ["limit"],
      order_sides: ["ask", "bid"],
      bid_types: ["best_fok", "best_ioc", "limit", "limit_fok", "limit_ioc", "price"],
      ask_types: ["best_fok", "best_ioc", "limit", "limit_fok", "limit_ioc", "market"],
      bid: { currency: quote, min_total: MINIMUM_TOTAL[quote] },
      ask: { currency: base, min_total: MINIMUM_TOTAL[quote] },
      max_total: MAXIMUM_TOTAL[quote] ?? undefined,
      state: "active",
    },
    bid_account: row(quote),
    ask_account: row(base),
  });
};

export const placeOrder: PrivateHandler = ({ world, key, body, nowMs }) => {
  const entry = readOrderEntry(body, new Set(world.exchange.feeds.keys()));
  if (!entry.ok) return entry;
  const placed = world.exchange.place(key.accountId, entry.value, nowMs);
  return placed.ok ? ok(orderAnswer(placed.value)) : placed;
};

export const testOrder: PrivateHandler = ({ world, key, body, nowMs }) => {
  const entry = readOrderEntry(body, new Set(world.exchange.feeds.keys()));
  if (!entry.ok) return entry;
  const checked = world.exchange.check(key.accountId, entry.value, nowMs);
  return checked.ok ? ok(orderAnswer(checked.value)) : checked;
};

function namedOrder({ world, key, query }: PrivateRequest): Result<MatchingOrder, Refusal> {
  const uuid = query.first("uuid");
  const identifier = query.first("identifier");
  if (uuid === null && identifier === null) return invalidParameter("uuid 또는 identifier가 필요합니다.");
  const order = world.exchange.find(key.accountId, uuid === null ? { identifier: identifier! } : { uuid });
  return order ? ok(order) : orderNotFound();
}

export const readOrder: PrivateHandler = (request) => {
  const order = namedOrder(request);
  return order.ok ? ok(orderWithTradesAnswer(order.value)) : order;
};

export const cancelOrder: PrivateHandler = (request) => {
  const order = namedOrder(request);
  if (!order.ok) return order;
  const cancelled = request.world.exchange.cancel(order.value, request.nowMs);
  return cancelled.ok ? ok(orderAnswer(cancelled.value)) : cancelled;
};

const inOrder = (orders: MatchingOrder[], query: Query): MatchingOrder[] =>
  query.first("order_by") === "asc" ? orders.toReversed() : orders;
const ofMarket = (orders: MatchingOrder[], query: Query): MatchingOrder[] => {
  const market = query.first("market");
  return market === null ? orders : orders.filter((order) => order.market === market);
};

export const ordersByIds: PrivateHandler = ({ world, key, query }) => {
  const uuids = query.all("uuids");
  const identifiers = query.all("identifiers");
  if ((uuids.length === 0) === (identifiers.length === 0)) return invalidParameter();
  if (uuids.length + identifiers.length > MOST_IDS) return invalidParameter();
  const wanted = new Set(uuids.length > 0 ? uuids : identifiers);
  const name = (order: MatchingOrder) => (uuids.length > 0 ? order.uuid : (order.identifier ?? ""));
  const found = world.exchange.ordersOf(key.accountId).filter((order) => wanted.has(name(order)));
  return ok(inOrder(ofMarket(found, query), query).map(listedOrderAnswer));
};

/** States from `state` or `states[]`; both at once or a strange one is refused. */
function statesOf(query: Query, known: readonly string[], unnamed: readonly string[]): Result<string[], Refusal> {
  const one = query.first("state");
  const many = query.all("states");
  if (one !== null && many.length > 0) return invalidParameter("state와 states[]는 함께 사용할 수 없습니다.");
  const states = one !== null ? [one] : many.length > 0 ? many : [...unnamed];
  return states.every((state) => known.includes(state)) ? ok(states) : invalidParameter();
}

function wholeNumber(text: string | null, unnamed: number, most: number): Result<number, Refusal> {
  if (text === null) return ok(unnamed);
  return /^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= most ? ok(Number(text)) : invalidParameter();
}

export const openOrders: PrivateHandler = ({ world, key, query }) => {
  const states = statesOf(query, ["wait", "watch"], ["wait"]);
  if (!states.ok) return states;
  const page = wholeNumber(query.first("page"), 1, 100_000);
  if (!page.ok) return page;
  const limit = wholeNumber(query.first("limit"), MOST_OPEN, MOST_OPEN);
  if (!limit.ok) return limit;
  const open = world.exchange.ordersOf(key.accountId).filter(({ state }) => states.value.includes(state));
  const from = (page.value - 1) * limit.value;
  return ok(
    inOrder(ofMarket(open, query), query)
      .slice(from, from + limit.value)
      .map(listedOrderAnswer),
  );
};

export const closedOrders: PrivateHandler = ({ world, key, query, nowMs }) => {
  const states = statesOf(query, ["done", "cancel"], ["done", "cancel"]);
  if (!states.ok) return states;
  const limit = wholeNumber(query.first("limit"), MOST_OPEN, MOST_CLOSED);
  if (!limit.ok) return limit;
  const span = closedSpan(query, nowMs);
  if (!span.ok) return span;
  const { fromMs, toMs } = span.value;
  const closed = world.exchange
    .ordersOf(key.accountId)
    .filter((order) => states.value.includes(order.state) && order.createdAtMs >= fromMs && order.createdAtMs <= toMs);
  return ok(inOrder(ofMarket(closed, query), query).slice(0, limit.value).map(listedOrderAnswer));
};

function closedSpan(query: Query, nowMs: EpochMs): Result<{ fromMs: number; toMs: number }, Refusal> {
  const times: (EpochMs | null)[] = [];
  for (const name of ["start_time", "end_time"]) {
    const text = query.first(name);
    const time = text === null ? null : /^\d{12,14}$/.test(text) ? ok(epochMs(Number(text))) : parseInstant(text);
    if (time && !time.ok) return invalidParameter();
    times.push(time ? time.value : null);
  }
  const [start, end] = times;
  const toMs = end ?? (start ? start + CLOSED_WINDOW_MS : nowMs);
  const fromMs = start ?? toMs - CLOSED_WINDOW_MS;
  return toMs - fromMs > CLOSED_WINDOW_MS || toMs < fromMs ? invalidParameter() : ok({ fromMs, toMs });
}

export const apiKeys: PrivateHandler = ({ world, key }) =>
  ok(
    world.keys
      .filter(({ accountId }) => accountId === key.accountId)
      .map(({ accessKey, expireAtMs }) => ({ access_key: accessKey, expire_at: kstIso(expireAtMs) })),
  );

/** No key of this exchange may withdraw; one that could would find nothing to cancel. Source: upbit-api 2.1. */
export const cancelWithdrawal: PrivateHandler = () =>
  refuse(404, "withdraw_not_found", "출금 정보를 찾을 수 없습니다.");
