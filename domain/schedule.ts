import * as v from "valibot";
import { DAY_MS, HOUR_MS, MINUTE_MS, type EpochMs } from "./units.ts";

const Epoch = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.transform((value) => value as EpochMs),
);
/** `09:05`, KST. */
const TimeOfDay = v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/));

/** When a reserved order is carried out; days and times are Korea's, market time. A month's last day has a name of its
 *  own, because not every month has a 29th. */
export const ScheduleSchema = v.variant("every", [
  v.strictObject({ every: v.literal("once"), atMs: Epoch }),
  v.strictObject({ every: v.literal("day"), at: TimeOfDay }),
  /** 0 is Sunday. */
  v.strictObject({
    every: v.literal("week"),
    on: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(6)),
    at: TimeOfDay,
  }),
  v.strictObject({
    every: v.literal("month"),
    on: v.union([v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(28)), v.literal("last")]),
    at: TimeOfDay,
  }),
]);
export type Schedule = v.InferOutput<typeof ScheduleSchema>;

/** So late after its time an order may still be carried out: the relay fires it at its second, and what that missed once
 *  a minute. */
export const SHORTEST_WINDOW_MS = MINUTE_MS;
export const USUAL_WINDOW_MS = 10 * MINUTE_MS;
export const LONGEST_WINDOW_MS = 6 * HOUR_MS;
/** A key lives for a year (upbit-api 2.1): nothing later could be carried out with it. */
export const FURTHEST_RESERVATION_MS = 365 * DAY_MS;
