import * as v from "valibot";
import { LimitsSchema } from "./limits.ts";

/** The contract between web and relay about guard rails and the halt. */

/** GET /api/limits, owner. PUT /api/limits with `LimitsSchema`, owner → 200, the same answer: what is stricter holds at
 *  once, what is looser needs the password just given and waits for a day. DELETE /api/limits/raise, owner → 200: a
 *  raise that waits is taken back. */
export const LimitsAnswerSchema = v.object({
  current: LimitsSchema,
  raise: v.nullable(v.object({ limits: LimitsSchema, fromMs: v.number() })),
  /** Against the limits, as it is now; null without a key or while the exchange does not answer. Whole won. */
  today: v.nullable(v.object({ realisedKrw: v.number(), exposureKrw: v.number(), orders: v.number() })),
});
export type LimitsAnswer = v.InferOutput<typeof LimitsAnswerSchema>;

/** GET /api/halt, owner. POST /api/halt, owner → 200. DELETE /api/halt, the password just given → 200: lifts the own
 *  halt. POST and DELETE /api/admin/halt, admin: for everybody. Wall time, null where there is none. */
export const HaltAnswerSchema = v.object({ ownSinceMs: v.nullable(v.number()), allSinceMs: v.nullable(v.number()) });
export type HaltAnswer = v.InferOutput<typeof HaltAnswerSchema>;
