import { SECOND_MS } from "../../domain/units.ts";
import type { Relay } from "../relay.ts";
import { fireReservations } from "../sweep/fire-reservations.ts";
import { setAlarm } from "./set-alarm.ts";

/** The alarm rings once at a time: a slow exchange must not keep what is due next from being fired. */
const PATIENCE_MS = SECOND_MS;
/** Between two rings at least, also where the clock that rings is ahead of the one that this handler reads. */
const PAUSE_MS = 100;
/** When nothing could be looked at (the database fails), until the next try. */
const AFTER_FAILURE_MS = 2 * SECOND_MS;

/** What the alarm does: the cron's own firing; then it is set for what comes next. Never fails: whatever goes wrong is
 *  told, and the cron comes within a minute. Rule X54. */
export async function ring(relay: Relay): Promise<void> {
  const { outside } = relay;
  const report = (error: unknown) => outside.report("alarm", error);
  const firing = fireReservations(relay).then(
    () => "fired" as const,
    (error: unknown) => (report(error), "failed" as const),
  );
  outside.waitUntil(firing);
  const end = await Promise.race([firing, outside.sleep(PATIENCE_MS)]);
  await outside.sleep(end === "failed" ? AFTER_FAILURE_MS : PAUSE_MS);
  await setAlarm(relay).catch(report);
}
