import * as v from "valibot";
import { MarketCodeSchema } from "./market-code.ts";

/** The contract between web and relay about automatic sessions: one lease a user and market. */

/** What the holder of a lease shows; the token only grows, and an older one is worth nothing. */
export const LeaseSchema = v.strictObject({ id: v.pipe(v.string(), v.uuid()), token: v.pipe(v.number(), v.integer()) });
export type Lease = v.InferOutput<typeof LeaseSchema>;

/** What happens to a session that falls silent: its open orders are cancelled, and what it bought is sold or kept. */
export const ON_SILENCE = ["cancel", "cancel-and-sell"] as const;

/** POST /api/auto-sessions, owner → 201 { session }; 409 `lease-held` while another device runs this market, unless
 *  `takeOver`. The id is the browser's own; the same id again is the same session, if it still runs. */
export const AutoSessionEntrySchema = v.strictObject({
  id: v.pipe(v.string(), v.uuid()),
  market: MarketCodeSchema,
  onSilence: v.picklist(ON_SILENCE),
  takeOver: v.optional(v.boolean(), false),
});
export const AUTO_SESSION_ENDS = ["stopped", "taken-over", "silent", "halted"] as const;
export const AutoSessionSchema = v.object({
  id: v.string(),
  market: MarketCodeSchema,
  token: v.number(),
  onSilence: v.picklist(ON_SILENCE),
  state: v.picklist(["running", "ended"]),
  endReason: v.nullable(v.picklist(AUTO_SESSION_ENDS)),
  /** Wall time. */
  startedAtMs: v.number(),
  seenAtMs: v.number(),
  /** What a silent end asks for is still being done. */
  closing: v.boolean(),
});
export type AutoSession = v.InferOutput<typeof AutoSessionSchema>;
export const AutoSessionAnswerSchema = v.object({ session: AutoSessionSchema });
/** GET /api/auto-sessions, owner: newest first, at most 20 */
export const AutoSessionsAnswerSchema = v.object({ sessions: v.array(AutoSessionSchema) });
/** POST /api/auto-sessions/:id/beat { token }, owner → 204; 409 `lease-lost` for a token that holds nothing any more.
 *  POST /api/auto-sessions/:id/end { token }, owner → 204 */
export const LeaseTokenSchema = v.strictObject({ token: v.pipe(v.number(), v.integer()) });
