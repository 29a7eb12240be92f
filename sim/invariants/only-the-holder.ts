import type { OrderSeen } from "../record/witness.ts";
import type { Breach, Invariant } from "./breach.ts";

/** An automatic order is written only under the lease that stands, by its own token; and a reservation's run is claimed
 *  only when nobody else's claim on it stands. Rules X8, X48. */
export const onlyTheHolder: Invariant = ({ witnessed, answers, skewMs }) => {
  const shown = new Map(
    answers.flatMap(({ asked }) => {
      const { idempotencyKey, lease } = (asked ?? {}) as Asked;
      return idempotencyKey && lease ? [[idempotencyKey, lease] as const] : [];
    }),
  );
  const sessions = new Map<string, { readonly token: number; readonly state: string }>();
  const orders = new Map<string, OrderSeen>();
  const breaches: Breach[] = [];
  for (const one of witnessed) {
    if (one.what === "session") sessions.set(one.id, one);
    if (one.what !== "order") continue;
    const before = orders.get(one.id);
    orders.set(one.id, one);
    const about = [one.id, one.identifier, one.idempotencyKey, one.session ?? one.id];
    const lease = shown.get(one.idempotencyKey);
    if (!before && one.session && lease) {
      const session = sessions.get(one.session);
      if (session?.state !== "running") breaches.push({ what: "an order under a lease that is over", about });
      else if (session.token !== lease.token) breaches.push({ what: "an order under an old token", about });
    }
    const claimedAnew = before?.state === "claimed" && one.state === "claimed" && before.leaseMs !== one.leaseMs;
    // A lease is written by one machine's clock and read by another's.
    if (claimedAnew && (before.leaseMs ?? 0) > one.atMs + 2 * skewMs)
      breaches.push({ what: "a claim was taken while another one stood", about });
  }
  return breaches;
};

type Asked = { readonly idempotencyKey?: string; readonly lease?: { readonly id: string; readonly token: number } };
