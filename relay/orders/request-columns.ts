import type { OrderRequest } from "../../domain/order.ts";

/** An order request as columns of a row. */
export type RequestColumns = {
  readonly kind: OrderRequest["kind"];
  readonly market: string;
  readonly side: OrderRequest["side"];
  readonly price: string | null;
  readonly volume: string | null;
  readonly total: string | null;
  readonly time_in_force: string | null;
};

export const REQUEST_COLUMNS = ["kind", "market", "side", "price", "volume", "total", "time_in_force"] as const;

export const columnsOfRequest = (request: OrderRequest): RequestColumns => ({
  kind: request.kind,
  market: request.market,
  side: request.side,
  price: "price" in request ? request.price : null,
  volume: "volume" in request ? request.volume : null,
  total: "total" in request ? request.total : null,
  time_in_force: ("timeInForce" in request ? request.timeInForce : null) ?? null,
});

/** The way back. Only checked requests were ever written, and the table's own checks hold the words. */
export function requestOfColumns(columns: RequestColumns): OrderRequest {
  const { price, volume, total, time_in_force: timeInForce } = columns;
  const amounts = Object.entries({ price, volume, total, timeInForce }).filter(([, value]) => value !== null);
  const { kind, market, side } = columns;
  return { kind, market, side, ...Object.fromEntries(amounts) } as OrderRequest;
}

export const sameRequest = (one: RequestColumns, other: RequestColumns): boolean =>
  REQUEST_COLUMNS.every((name) => one[name] === other[name]);
