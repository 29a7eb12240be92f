import type { Order } from "../../domain/wire.ts";
import type { Breach, Invariant } from "./breach.ts";

/** One idempotency key is one order in every answer, and another body under it is refused. Rule X5. */
export const oneAnswerPerKey: Invariant = ({ answers }) => {
  const first = new Map<string, { readonly id: string; readonly request: string }>();
  const breaches: Breach[] = [];
  for (const { route, asked, body } of answers) {
    const { order } = (body ?? {}) as { readonly order?: Order };
    if (route !== "POST /api/orders" || !order) continue;
    const { idempotencyKey, request } = asked as { readonly idempotencyKey: string; readonly request: object };
    const seen = { id: order.id, request: JSON.stringify(request) };
    const before = first.get(idempotencyKey) ?? seen;
    first.set(idempotencyKey, before);
    const about = [idempotencyKey, before.id, seen.id];
    if (before.id !== seen.id) breaches.push({ what: "two orders were answered under one key", about });
    if (before.request !== seen.request) breaches.push({ what: "another body under a used key was taken", about });
  }
  return breaches;
};
