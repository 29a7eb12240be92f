import { dropOldAttempts } from "../accounts/attempts.ts";
import { rewrapKeys } from "../keys/rewrap-keys.ts";
import { deliverPushes } from "../push/deliver-pushes.ts";
import { sealAudit } from "../audit/seal-audit.ts";
import { warnExpiring } from "../keys/warn-expiring.ts";
import type { Relay } from "../relay.ts";
import { askDueOrders } from "./ask-due-orders.ts";
import { fireReservations } from "./fire-reservations.ts";

/** One run of the scheduled handler. It may run late, twice at once or not at all: everything it does is claimed first
 *  and can be taken up by the next one. */
export async function sweep(relay: Relay): Promise<void> {
  await fireReservations(relay);
  await askDueOrders(relay);
  await rewrapKeys(relay);
  await warnExpiring(relay);
  await sealAudit(relay);
  await dropOldAttempts(relay).run();
  await deliverPushes(relay);
}
