import * as v from "valibot";
import { BrokenLimitSchema, type BrokenLimit } from "./limits.ts";

/** What the caller does about a fault; nothing else about it decides the flow.
 *  - retry: nothing happened; the same request may be sent again after `retryAfterMs`
 *  - refuse: nothing happened and the same request would be refused again
 *  - unknown: it may have happened; ask, never repeat under a new name
 *  - stop: nothing works until a person acts (key expired, live trading off, signed out)
 */
export const FAULT_KINDS = ["retry", "refuse", "unknown", "stop"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Every stable name of a fault that crosses web ⇄ relay. The UI has words for each of them. */
export const FAULT_TYPES = [
  "bad-input",
  "name-taken",
  "wrong-credentials",
  "signed-out",
  "re-authentication-needed",
  "account-locked",
  "forbidden",
  "not-found",
  "set-up-code-wrong",
  "sign-up-closed",
  "invitation-refused",
  "last-admin",
  "too-many-requests",
  "origin-refused",
  "no-key",
  "key-refused",
  "key-expired",
  "key-can-withdraw",
  "key-lacks-permission",
  "key-withdraw-unclear",
  "ip-not-allowed",
  "insufficient-funds",
  "below-minimum",
  "above-maximum",
  "off-tick",
  "market-closed",
  "order-not-found",
  "order-refused",
  "order-unknown",
  "order-not-open",
  "idempotency-conflict",
  "reservation-not-waiting",
  "due-time-past",
  "limit-reached",
  "market-not-allowed",
  "order-too-large",
  "orders-too-many",
  "daily-loss-reached",
  "exposure-reached",
  "price-too-far",
  "halted",
  "lease-held",
  "lease-lost",
  "live-trading-off",
  "exchange-busy",
  "exchange-unreachable",
  "exchange-answer-unreadable",
  "offline",
  "too-large",
  "storage-full",
  "internal",
] as const;
export type FaultType = (typeof FAULT_TYPES)[number];

/** An expected failure. `detail` is one English sentence for logs and engineers, never a key or a raw body. */
export type Fault = {
  readonly type: FaultType;
  readonly kind: FaultKind;
  readonly detail: string;
  readonly retryAfterMs?: number;
  /** The exchange's own error name, where it gave one. */
  readonly exchangeError?: string;
  /** The owner's own limit that was in the way. */
  readonly limit?: BrokenLimit;
};

/** RFC 9457 body of every non-2xx answer of the relay (`application/problem+json`). */
export const ProblemSchema = v.object({
  type: v.picklist(FAULT_TYPES),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
  kind: v.picklist(FAULT_KINDS),
  requestId: v.string(),
  retryAfterMs: v.optional(v.number()),
  exchangeError: v.optional(v.string()),
  limit: v.optional(BrokenLimitSchema),
  /** Name of the field that was wrong, for `bad-input`. */
  field: v.optional(v.string()),
});
export type Problem = v.InferOutput<typeof ProblemSchema>;
