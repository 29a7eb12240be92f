import { ok, type Result } from "../../../domain/result.ts";
import { parseInstant } from "../../../domain/time.ts";
import { DAY_MS, epochMs, type EpochMs } from "../../../domain/units.ts";
import { listedOrderAnswer, orderWithTradesAnswer } from "../../exchange/order-answer.ts";
import type { Refusal } from "../../refusal.ts";
import type { Query } from "../request.ts";
import { ofMarket, readIds, readOrderBy, readStates, readWhole } from "./parameters.ts";
import { invalidParameter, orderNotFound, type PrivateHandler } from "./private-request.ts";

const MOST_IDS = 100;
const MOST_OPEN = 100;
const CLOSED_LIMIT = { unnamed: 100, most: 1_000 };
/** Source: upbit-api 4.9. */
const CLOSED_WINDOW_MS = 7 * DAY_MS;

/** Source: upbit-api 4.6. */
export const readOrder: PrivateHandler = ({ world, key, query }) => {
  const [uuid, identifier] = [query.first("uuid"), query.first("identifier")];
  if (uuid === null && identifier === null) return invalidParameter("uuid 또는 identifier가 필요합니다.");
  const order = world.exchange.find(key.pocketId, { uuid, identifier });
  return order ? ok(orderWithTradesAnswer(order, world.switches)) : orderNotFound();
};

/** Source: upbit-api 4.7. Ids that nobody knows are missing from the answer. */
export const ordersByIds: PrivateHandler = ({ world, key, query }) => {
  const asked = readIds(query, MOST_IDS);
  if (!asked.ok) return asked;
  const sorted = readOrderBy(query);
  if (!sorted.ok) return sorted;
  const { field, ids } = asked.value;
  const wanted = new Set<string | null>(ids);
  const found = world.exchange.ordersOf(key.pocketId).filter((order) => wanted.has(order[field]));
  return ok(sorted.value(found.filter(ofMarket(query))).map((order) => listedOrderAnswer(order, world.switches)));
};

/** Source: upbit-api 4.8. */
export const openOrders: PrivateHandler = ({ world, key, query }) => {
  const states = readStates(query, ["wait", "watch"], ["wait"]);
  if (!states.ok) return states;
  const page = readWhole(query, "page", { unnamed: 1, most: 1_000_000 });
  if (!page.ok) return page;
  const limit = readWhole(query, "limit", { unnamed: MOST_OPEN, most: MOST_OPEN });
  if (!limit.ok) return limit;
  const sorted = readOrderBy(query);
  if (!sorted.ok) return sorted;
  const open = world.exchange.openOf(key.pocketId).filter(({ state }) => states.value.has(state));
  const from = (page.value - 1) * limit.value;
  const rows = sorted.value(open.filter(ofMarket(query))).slice(from, from + limit.value);
  return ok(rows.map((order) => listedOrderAnswer(order, world.switches)));
};

/** Source: upbit-api 4.9. */
export const closedOrders: PrivateHandler = ({ world, key, query, nowMs }) => {
  const states = readStates(query, ["done", "cancel"], ["done", "cancel"]);
  if (!states.ok) return states;
  const limit = readWhole(query, "limit", CLOSED_LIMIT);
  if (!limit.ok) return limit;
  const sorted = readOrderBy(query);
  if (!sorted.ok) return sorted;
  const span = readSpan(query, nowMs);
  if (!span.ok) return span;
  const { fromMs, toMs } = span.value;
  const closed = world.exchange
    .ordersOf(key.pocketId)
    .filter(({ state, createdAtMs }) => states.value.has(state) && createdAtMs >= fromMs && createdAtMs <= toMs);
  const rows = sorted.value(closed.filter(ofMarket(query))).slice(0, limit.value);
  return ok(rows.map((order) => listedOrderAnswer(order, world.switches)));
};

/** By creation time: seven days after a start alone, seven before an end alone, the last seven without either. */
function readSpan(query: Query, nowMs: EpochMs): Result<{ fromMs: number; toMs: number }, Refusal> {
  const start = readTime(query, "start_time");
  if (!start.ok) return start;
  const end = readTime(query, "end_time");
  if (!end.ok) return end;
  const toMs = end.value ?? (start.value === null ? nowMs : start.value + CLOSED_WINDOW_MS);
  const fromMs = start.value ?? toMs - CLOSED_WINDOW_MS;
  return toMs - fromMs > CLOSED_WINDOW_MS || toMs < fromMs
    ? invalidParameter("조회 기간은 최대 7일입니다.")
    : ok({ fromMs, toMs });
}

const ZONE = /(Z|[+-]\d{2}:?\d{2})$/;
const TIMESTAMP = /^\d{12,14}$/;
/** ISO 8601 with a zone, or milliseconds. */
function readTime(query: Query, name: string): Result<EpochMs | null, Refusal> {
  const text = query.first(name);
  if (text === null) return ok(null);
  if (TIMESTAMP.test(text)) return ok(epochMs(Number(text)));
  const time = parseInstant(text);
  return time.ok && ZONE.test(text) ? time : invalidParameter(`${name}의 형식이 올바르지 않습니다.`);
}
