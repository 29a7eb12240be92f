import * as v from "valibot";
import { isDecimalText } from "./decimal.ts";
import { LONGEST_VALIDITY_MS, ORDER_STATES, OrderRequestSchema } from "./order.ts";
import type { DecimalText, EpochMs } from "./units.ts";
import { LeaseSchema } from "./wire-lease.ts";

/** The contract between web and relay about orders. */

const Decimal = v.pipe(
  v.string(),
  v.check((text) => isDecimalText(text), "not a plain decimal"),
  v.transform((text) => text as DecimalText),
);
const Epoch = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.transform((value) => value as EpochMs),
);

export const ORDER_ORIGINS = ["manual", "reserved", "auto"] as const;
const IdempotencyKey = v.pipe(v.string(), v.uuid());

/** POST /api/orders, owner → 201 { order }; 202 { order } with state `unknown` when no answer came.
 *  Same idempotency key, same order; a different body under it → 422. */
export const OrderEntrySchema = v.strictObject({
  idempotencyKey: IdempotencyKey,
  origin: v.picklist(["manual", "auto"]),
  request: OrderRequestSchema,
  /** How long it may be sent, and sent again under its identifier; at most as long as its kind allows. */
  validForMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1_000), v.maxValue(LONGEST_VALIDITY_MS))),
  /** Needed for `auto`: the lease of the session that sends it. */
  lease: v.optional(LeaseSchema),
});
export const OrderSchema = v.object({
  id: v.string(),
  /** The name under which the exchange knows it; one for ever. */
  identifier: v.string(),
  /** The key it was placed under: how a browser whose answer was lost finds its order again. */
  idempotencyKey: v.optional(v.string()),
  exchangeUuid: v.nullable(v.string()),
  origin: v.picklist(ORDER_ORIGINS),
  request: OrderRequestSchema,
  state: v.picklist(ORDER_STATES),
  /** The state is the last word: a refused or vanished order has been denied by the exchange for a minute. */
  settled: v.boolean(),
  /** How often it was sent; more than once only under the same identifier. */
  attempts: v.number(),
  executedVolume: Decimal,
  /** Σ price × volume of the fills, null until the fills were read. */
  executedFunds: v.nullable(Decimal),
  paidFee: Decimal,
  /** The exchange's error name when it refused. */
  exchangeError: v.nullable(v.string()),
  createdAtMs: Epoch,
  updatedAtMs: Epoch,
});
export type Order = v.InferOutput<typeof OrderSchema>;
/** POST /api/orders, GET /api/orders/:id (asks the exchange while open), POST /api/orders/:id/cancel, owner */
export const OrderAnswerSchema = v.object({ order: OrderSchema });
/** GET /api/orders, owner: newest first, at most 100 */
export const OrdersAnswerSchema = v.object({ orders: v.array(OrderSchema) });
