import { QUOTE_CURRENCIES, quoteOf } from "../../../domain/market.ts";
import type { MatchingOrder } from "../../../domain/matching-order.ts";
import { ok, type Result } from "../../../domain/result.ts";
import { orderAnswer } from "../../exchange/order-answer.ts";
import { refuse, type Refusal } from "../../refusal.ts";
import type { Query } from "../request.ts";
import { readIds, readList, readOrderBy, readPairs, readWhole } from "./parameters.ts";
import { invalidParameter, orderNotFound, type PrivateHandler } from "./private-request.ts";

const MOST_IDS = 20;
const MOST_PAIRS = 20;
const COUNT = { unnamed: 20, most: 300 };

/** 200 is the acceptance; the body is the order as it was. Source: upbit-api 4.10. */
export const cancelOrder: PrivateHandler = ({ world, key, query, nowMs }) => {
  const [uuid, identifier] = [query.first("uuid"), query.first("identifier")];
  if (uuid === null && identifier === null) return refuse(400, "bad_request", "uuid 또는 identifier가 필요합니다.");
  const order = world.exchange.find(key.pocketId, { uuid, identifier });
  if (!order) return orderNotFound();
  const cancelled = world.exchange.cancel(order, nowMs);
  return cancelled.ok ? ok(orderAnswer(cancelled.value, world.switches)) : cancelled;
};

/** One line of a batch's answer: an order, or the id that named none. */
type Named = { readonly uuid?: string; readonly market?: string; readonly identifier?: string };
const named = ({ uuid, market, identifier }: MatchingOrder): Named => ({
  uuid,
  market,
  ...(identifier === null ? {} : { identifier }),
});
const batchAnswer = (success: readonly Named[], failed: readonly Named[]) => ({
  success: { count: success.length, orders: success },
  failed: { count: failed.length, orders: failed },
});

/** Source: upbit-api 4.11. An id that nobody knows comes back among the failures, without a market (9.8). */
export const cancelByIds: PrivateHandler = ({ world, key, query, nowMs }) => {
  const asked = readIds(query, MOST_IDS);
  if (!asked.ok) return asked;
  const { field, ids } = asked.value;
  const success: Named[] = [];
  const failed: Named[] = [];
  for (const id of ids) {
    const order = world.exchange.find(key.pocketId, { [field]: id });
    if (!order) failed.push({ [field]: id });
    else (world.exchange.cancel(order, nowMs).ok ? success : failed).push(named(order));
  }
  return ok(batchAnswer(success, failed));
};

/** Source: upbit-api 4.12: waiting orders alone, twenty where no count is given. */
export const cancelOpen: PrivateHandler = ({ world, key, query, nowMs }) => {
  const count = readWhole(query, "count", COUNT);
  if (!count.ok) return count;
  const sorted = readOrderBy(query);
  if (!sorted.ok) return sorted;
  const covered = readCovered(query);
  if (!covered.ok) return covered;
  const waiting = world.exchange.openOf(key.pocketId).filter((order) => order.state === "wait" && covered.value(order));
  if (waiting.length === 0) return orderNotFound();
  const chosen = sorted.value(waiting).slice(0, count.value);
  const success = chosen.filter((order) => world.exchange.cancel(order, nowMs).ok);
  return ok(batchAnswer(success.map(named), chosen.filter((order) => !success.includes(order)).map(named)));
};

function readCovered(query: Query): Result<(order: MatchingOrder) => boolean, Refusal> {
  const side = query.first("cancel_side") ?? "all";
  if (side !== "all" && side !== "ask" && side !== "bid") return invalidParameter();
  const pairs = readPairs(query, "pairs", MOST_PAIRS);
  if (!pairs.ok) return pairs;
  const excluded = readPairs(query, "excluded_pairs", MOST_PAIRS);
  if (!excluded.ok) return excluded;
  const quotes = readList(query, "quote_currencies", (part) => QUOTE_CURRENCIES.some((quote) => quote === part));
  if (!quotes.ok) return quotes;
  if (pairs.value && quotes.value) return invalidParameter("pairs와 quote_currencies는 함께 사용할 수 없습니다.");
  return ok(
    (order) =>
      (side === "all" || order.side === side) &&
      (pairs.value?.has(order.market) ?? true) &&
      (quotes.value?.has(quoteOf(order.market)) ?? true) &&
      !excluded.value?.has(order.market),
  );
}
