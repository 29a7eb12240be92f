import { dropOldAttempts } from "../accounts/attempts.ts";
import { cancelMarked } from "../orders/cancel-marked.ts";
import { rewrapKeys } from "../keys/rewrap-keys.ts";
import { deliverPushes } from "../push/deliver-pushes.ts";
import { sealAudit } from "../audit/seal-audit.ts";
import { warnExpiring } from "../keys/warn-expiring.ts";
import type { Relay } from "../relay.ts";
import { setAlarm } from "../alarm/set-alarm.ts";
import { apart } from "../apart.ts";
import { askDueOrders } from "./ask-due-orders.ts";
import { closeSilentSessions } from "./close-silent-sessions.ts";
import { fireReservations } from "./fire-reservations.ts";
import { planRuns } from "./plan-runs.ts";

/** One run of the scheduled handler. It may run late, twice at once or not at all: everything it does is claimed first
 *  and can be taken up by the next one. */
export async function sweep(relay: Relay): Promise<void> {
  const steps = [
    planRuns,
    fireReservations,
    setAlarm,
    closeSilentSessions,
    askDueOrders,
    cancelMarked,
    rewrapKeys,
    warnExpiring,
    sealAudit,
    (one: Relay) => dropOldAttempts(one).run(),
    deliverPushes,
  ];
  // One after another: what one step finds out the next one uses. A step that fails leaves the others alone.
  for (const step of steps) await apart(relay, [step], (work) => work(relay));
}
