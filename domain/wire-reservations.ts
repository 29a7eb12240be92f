import * as v from "valibot";
import { MarketCodeSchema } from "./market-code.ts";
import { OrderRequestSchema, ORDER_STATES } from "./order.ts";
import { LONGEST_WINDOW_MS, ScheduleSchema, SHORTEST_WINDOW_MS } from "./schedule.ts";
import { isDecimalText } from "./decimal.ts";
import { FAULT_TYPES } from "./fault.ts";
import type { DecimalText, EpochMs } from "./units.ts";
import { OrderSchema } from "./wire-orders.ts";

/** The contract between web and relay about reserved orders. */

const Epoch = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.transform((value) => value as EpochMs),
);
const Price = v.pipe(
  v.string(),
  v.check((text) => isDecimalText(text) && !text.startsWith("-"), "a plain decimal such as 0.01"),
  v.transform((text) => text as DecimalText),
);
/** One ten-thousandth to all of it. */
const ShareBps = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000));

/** An amount that is known today, or a share of what is free when the time comes: of the money for a bid, fee kept back,
 *  of the coins for an ask. */
export const ReservedRequestSchema = v.union([
  OrderRequestSchema,
  v.strictObject({
    kind: v.literal("limit"),
    market: MarketCodeSchema,
    side: v.picklist(["bid", "ask"]),
    price: Price,
    shareBps: ShareBps,
  }),
  v.strictObject({
    kind: v.literal("market-bid"),
    market: MarketCodeSchema,
    side: v.literal("bid"),
    shareBps: ShareBps,
  }),
  v.strictObject({
    kind: v.literal("market-ask"),
    market: MarketCodeSchema,
    side: v.literal("ask"),
    shareBps: ShareBps,
  }),
]);
export type ReservedRequest = v.InferOutput<typeof ReservedRequestSchema>;

/** What a reservation is: PUT /api/reservations/:id, owner → 200 { reservation } changes all of it while no run is
 *  under way. */
export const ReservationPlanSchema = v.strictObject({
  request: ReservedRequestSchema,
  schedule: ScheduleSchema,
  windowMs: v.pipe(v.number(), v.integer(), v.minValue(SHORTEST_WINDOW_MS), v.maxValue(LONGEST_WINDOW_MS)),
});
/** POST /api/reservations, owner → 201 { reservation } */
export const ReservationEntrySchema = v.strictObject({
  idempotencyKey: v.pipe(v.string(), v.uuid()),
  ...ReservationPlanSchema.entries,
});

/** One time that came or will come. */
export const RunSchema = v.object({
  id: v.string(),
  dueAtMs: Epoch,
  state: v.picklist(ORDER_STATES),
  /** There once it was written down to be sent. */
  order: v.nullable(OrderSchema),
  /** Why no order was made. */
  refusal: v.nullable(v.picklist(FAULT_TYPES)),
});
export type Run = v.InferOutput<typeof RunSchema>;

/** waiting for its next time · claimed: that is now · paused · cancelled · and a single one by what became of it: done
 *  (an order was made, whatever became of it) | failed | expired */
export const RESERVATION_STATES = ["waiting", "claimed", "paused", "done", "failed", "expired", "cancelled"] as const;
export const ReservationSchema = v.object({
  id: v.string(),
  request: ReservedRequestSchema,
  schedule: ScheduleSchema,
  windowMs: v.number(),
  state: v.picklist(RESERVATION_STATES),
  /** Null once there is no next time. */
  nextDueAtMs: v.nullable(Epoch),
  /** Newest first, at most 20. */
  runs: v.array(RunSchema),
  createdAtMs: Epoch,
});
export type Reservation = v.InferOutput<typeof ReservationSchema>;
export const ReservationAnswerSchema = v.object({ reservation: ReservationSchema });
/** GET /api/reservations, owner: at most 100, the next due first. POST /api/reservations/:id/cancel, /pause, /resume,
 *  owner → 200 { reservation } */
export const ReservationsAnswerSchema = v.object({ reservations: v.array(ReservationSchema) });
