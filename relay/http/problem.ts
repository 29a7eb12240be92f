import type { FaultType, Problem } from "../../domain/fault.ts";
import type { RelayFault } from "../faults.ts";

const STATUS: Readonly<Record<FaultType, number>> = {
  "bad-input": 400,
  "name-taken": 409,
  "wrong-credentials": 401,
  "signed-out": 401,
  "re-authentication-needed": 403,
  "account-locked": 403,
  forbidden: 403,
  "not-found": 404,
  "set-up-code-wrong": 403,
  "sign-up-closed": 403,
  "invitation-refused": 403,
  "last-admin": 409,
  "too-many-requests": 429,
  "origin-refused": 403,
  "no-key": 409,
  "key-refused": 422,
  "key-expired": 422,
  "key-can-withdraw": 422,
  "key-lacks-permission": 422,
  "key-withdraw-unclear": 422,
  "ip-not-allowed": 422,
  "insufficient-funds": 422,
  "below-minimum": 422,
  "above-maximum": 422,
  "off-tick": 422,
  "market-closed": 409,
  "order-not-found": 404,
  "order-refused": 422,
  "order-unknown": 502,
  "order-not-open": 409,
  "idempotency-conflict": 422,
  "reservation-not-waiting": 409,
  "due-time-past": 422,
  "limit-reached": 429,
  "market-not-allowed": 403,
  "order-too-large": 403,
  "orders-too-many": 429,
  "daily-loss-reached": 403,
  "exposure-reached": 403,
  "price-too-far": 403,
  halted: 403,
  "lease-held": 409,
  "lease-lost": 409,
  "live-trading-off": 403,
  "exchange-busy": 503,
  "exchange-unreachable": 502,
  "exchange-answer-unreadable": 502,
  offline: 503,
  "too-large": 413,
  "storage-full": 507,
  internal: 500,
};

/** The one place where a fault becomes an answer. Source: RFC 9457. Rule X14. */
export function problem(fault: RelayFault, requestId: string, status = STATUS[fault.type]): Response {
  const { type, kind, detail, retryAfterMs, exchangeError, limit, field } = fault;
  const words = type.replaceAll("-", " ");
  const body: Problem = {
    type,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status,
    detail,
    kind,
    requestId,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(exchangeError === undefined ? {} : { exchangeError }),
    ...(limit === undefined ? {} : { limit }),
    ...(field === undefined ? {} : { field }),
  };
  const headers = new Headers({ "Content-Type": "application/problem+json" });
  if (retryAfterMs !== undefined) headers.set("Retry-After", String(Math.ceil(retryAfterMs / 1000)));
  return new Response(JSON.stringify(body), { status, headers });
}
