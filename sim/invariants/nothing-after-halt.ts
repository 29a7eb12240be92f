import { MINUTE_MS } from "../../domain/units.ts";
import type { OrderRow } from "../../relay/orders/order-row.ts";
import type { Breach, Invariant } from "./breach.ts";
import { rowsOf, type Evidence } from "../record/evidence.ts";

/** In fair weather the sweep runs once a minute; one run finds an order, the next one may cancel it. */
const SWEPT_MS = 2.5 * MINUTE_MS;
/** What is known to be open needs one run. */
const CANCELLED_MS = 1.5 * MINUTE_MS;

/** From the commit of a halt on no buy is written down to be sent, nor sent again; and once things have calmed down none
 *  of the orders that the relay had issued before it is open. Rule X47. */
export const nothingAfterHalt: Invariant = (evidence) => {
  const halted = new Map<string, number>();
  const attempts = new Map<string, number>();
  const breaches: Breach[] = [];
  for (const one of evidence.witnessed) {
    if (one.what === "halt") {
      if (one.stands) halted.set(one.scope, one.seq);
      else halted.delete(one.scope);
    }
    if (one.what !== "order") continue;
    const sentAgain = one.attempts > (attempts.get(one.id) ?? 0);
    attempts.set(one.id, one.attempts);
    if (sentAgain && one.side === "bid" && halted.has(one.user))
      breaches.push({ what: "a buy was let go while trading was halted", about: [one.id, one.identifier] });
  }
  const byIdentifier = new Map(rowsOf(evidence).map((row) => [row.identifier, row]));
  for (const { identifier, createdAtMs } of evidence.openWhenCalm) {
    const row = byIdentifier.get(identifier ?? "");
    // What arrived only now is found and cancelled by the next runs of the sweep.
    if (!row || goneByMs(evidence, row, createdAtMs) > evidence.calmMs) continue;
    const haltSeq = halted.get(row.user_id);
    const written = evidence.witnessed.find((one) => one.what === "order" && one.id === row.id && one.attempts > 0);
    if (haltSeq !== undefined && written && written.seq < haltSeq)
      breaches.push({ what: "an order of before the halt is still open", about: [row.id, row.identifier] });
  }
  return breaches;
};

/** When the sweep has cancelled an order at the latest. One that was given up before it arrived is asked about after as
 *  long again as it has been denied (rule X39), and it was denied since it was sent at the longest, unless somebody
 *  looked sooner. Any other one is asked about in each run. */
function goneByMs({ witnessed, sent }: Evidence, { id, identifier }: OrderRow, arrivedMs: number): number {
  const states = witnessed.flatMap((one) => (one.what === "order" && one.id === id ? [one] : []));
  const stood = states.findLast(({ atMs }) => atMs <= arrivedMs);
  if (stood?.state !== "expired" && stood?.state !== "burned") return arrivedMs + SWEPT_MS;
  const leftMs = sent.findLast((one) => one.identifier === identifier && one.atMs <= arrivedMs)?.atMs ?? arrivedMs;
  const adoptedMs = states.find(({ state, atMs }) => state === "accepted" && atMs > arrivedMs)?.atMs ?? Infinity;
  return Math.min(adoptedMs + CANCELLED_MS, arrivedMs + (arrivedMs - leftMs) + SWEPT_MS);
}
