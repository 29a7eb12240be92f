import { exchangeUtc } from "../../domain/time.ts";
import { epochMs } from "../../domain/units.ts";
import { rowsOf } from "../record/evidence.ts";
import type { Invariant } from "./breach.ts";

const SIGNING_MS = 10;

/** No order leaves after its validity, nor a reservation's outside the time that its owner gave it. Rules X8, X36. */
export const withinValidity: Invariant = (evidence) => {
  // What counts is the window under which a run was claimed: a later change is for the runs that come.
  const windowOf = new Map(
    evidence.witnessed.flatMap((one) =>
      one.what === "order" && one.state === "claimed" ? [[one.id, one.windowMs]] : [],
    ),
  );
  const rows = new Map(rowsOf(evidence).map((row) => [row.id, row]));
  // One machine writes the time down, another one reads it; then it signs.
  const slackMs = 2 * evidence.skewMs + SIGNING_MS;
  return evidence.sent.flatMap(({ atMs, identifier, row: then }) => {
    const row = rows.get(String(then?.["id"]));
    if (!row || !then) return [];
    const about = [row.id, identifier];
    if (atMs > Number(then["valid_until_wall_ms"]) + slackMs)
      return [{ what: `it left at ${exchangeUtc(epochMs(atMs))}, after its validity`, about }];
    if (row.reservation_id === null || row.due_market_ms === null) return [];
    const lateMs = atMs - row.due_market_ms;
    const windowMs = windowOf.get(row.id) ?? 0;
    if (lateMs < -slackMs) return [{ what: `it left ${-lateMs} ms before its time`, about }];
    return lateMs > windowMs + slackMs ? [{ what: `it left ${lateMs - windowMs} ms after its window`, about }] : [];
  });
};
