import { isMarketCode } from "../../../domain/market-code.ts";
import type { MatchingOrder } from "../../../domain/matching-order.ts";
import { ok, type Result } from "../../../domain/result.ts";
import type { Refusal } from "../../refusal.ts";
import type { Query } from "../request.ts";
import { invalidParameter } from "./private-request.ts";

/** Parameters that several order endpoints share. Each reader answers with the value or with the refusal to send. */

type Read<Value> = Result<Value, Refusal>;

/** `uuids[]` or `identifiers[]`, one of them and not both. Source: upbit-api 4.7, 4.11. */
export type OrderIds = { readonly field: "uuid" | "identifier"; readonly ids: readonly string[] };
export function readIds(query: Query, most: number): Read<OrderIds> {
  const uuids = query.all("uuids");
  const identifiers = query.all("identifiers");
  if (uuids.length > 0 === identifiers.length > 0)
    return invalidParameter("uuids[] 또는 identifiers[] 중 하나가 필요합니다.");
  const ids = uuids.length > 0 ? uuids : identifiers;
  if (ids.length > most) return invalidParameter(`한 번에 ${most}개까지 요청할 수 있습니다.`);
  return ok({ field: uuids.length > 0 ? "uuid" : "identifier", ids: [...new Set(ids)] });
}

/** States from `state` or `states[]`; both at once or a strange one is refused. Source: upbit-api 4.8, 4.9. */
export function readStates<State extends string>(
  query: Query,
  known: readonly State[],
  unnamed: readonly State[],
): Read<ReadonlySet<string>> {
  const one = query.first("state");
  const many = query.all("states");
  if (one !== null && many.length > 0) return invalidParameter("state와 states[]는 함께 사용할 수 없습니다.");
  const states = one !== null ? [one] : many.length > 0 ? many : unnamed;
  return states.every((state) => known.some((each) => each === state)) ? ok(new Set(states)) : invalidParameter();
}

export function readWhole(
  query: Query,
  name: string,
  { unnamed, most }: { unnamed: number; most: number },
): Read<number> {
  const text = query.first(name);
  if (text === null) return ok(unnamed);
  return /^\d{1,7}$/.test(text) && Number(text) >= 1 && Number(text) <= most ? ok(Number(text)) : invalidParameter();
}

/** Puts orders that come newest first into the order asked for. */
export function readOrderBy(query: Query): Read<(orders: MatchingOrder[]) => MatchingOrder[]> {
  const order = query.first("order_by") ?? "desc";
  if (order !== "desc" && order !== "asc") return invalidParameter();
  return ok((orders) => (order === "asc" ? orders.toReversed() : orders));
}

/** Whether an order is of the market asked for, if one was. */
export const ofMarket = (query: Query): ((order: MatchingOrder) => boolean) => {
  const market = query.first("market");
  return (order) => market === null || order.market === market;
};

/** A comma list without repetition, null where it is absent. */
export function readList(
  query: Query,
  name: string,
  fits: (part: string) => boolean,
): Read<ReadonlySet<string> | null> {
  const text = query.first(name);
  if (text === null) return ok(null);
  const parts = text.split(",");
  return parts.every(fits) ? ok(new Set(parts)) : invalidParameter();
}
export const readPairs = (query: Query, name: string, most: number): Read<ReadonlySet<string> | null> => {
  const pairs = readList(query, name, isMarketCode);
  return pairs.ok && (pairs.value?.size ?? 0) > most ? invalidParameter(`${name}는 ${most}개까지입니다.`) : pairs;
};
