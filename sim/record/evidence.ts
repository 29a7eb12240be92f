import type { DatabaseSync } from "node:sqlite";
import type { MatchingOrder } from "../../domain/matching-order.ts";
import type { ChainVerdict } from "../../relay/audit/audit-chain.ts";
import type { OrderRow } from "../../relay/orders/order-row.ts";
import type { Answered } from "../scenario/device.ts";
import type { Witnessed } from "./witness.ts";

/** An order in the moment in which the relay let it go, with its row as it stood then. */
export type Sent = { readonly atMs: number; readonly identifier: string; readonly row: Record<string, unknown> | null };

/** Everything that is known about a run when it is over. */
export type Evidence = {
  readonly witnessed: readonly Witnessed[];
  readonly sent: readonly Sent[];
  readonly answers: readonly Answered[];
  /** What the deployment would have logged. */
  readonly reports: readonly string[];
  /** As they stand in the end. */
  readonly exchangeOrders: readonly MatchingOrder[];
  /** Open at the exchange some minutes after the storm, before anybody tidied up. */
  readonly openWhenCalm: readonly MatchingOrder[];
  /** When that was. */
  readonly calmMs: number;
  readonly database: DatabaseSync;
  readonly chain: ChainVerdict;
  readonly secrets: readonly string[];
  /** Clocks of the machines were off by at most this. */
  readonly skewMs: number;
  readonly veryLate: boolean;
  readonly endMs: number;
};

export const rowsOf = ({ database }: Evidence): OrderRow[] =>
  database.prepare("SELECT * FROM orders").all() as unknown as OrderRow[];
