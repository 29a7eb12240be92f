import type { OrderRequest } from "../../domain/order.ts";

/** An order request as columns of a row. */
export type RequestColumns = {
  readonly kind: OrderRequest["kind"];
  readonly market: string;
  readonly side: OrderRequest["side"];
  readonly price: string | null;
  readonly volume: string | null;
  readonly total: string | null;
};

export const columnsOfRequest = (request: OrderRequest): RequestColumns => ({
  kind: request.kind,
  market: request.market,
  side: request.side,
  price: "price" in request ? request.price : null,
  volume: "volume" in request ? request.volume : null,
  total: "total" in request ? request.total : null,
});

/** The way back. Only checked requests were ever written, and the table's own checks hold the words. */
export function requestOfColumns({ kind, market, side, price, volume, total }: RequestColumns): OrderRequest {
  const amounts = kind === "limit" ? { price, volume } : kind === "market-bid" ? { total } : { volume };
  return { kind, market, side, ...amounts } as OrderRequest;
}

export const sameRequest = (one: RequestColumns, other: RequestColumns): boolean =>
  (["kind", "market", "side", "price", "volume", "total"] as const).every((name) => one[name] === other[name]);
