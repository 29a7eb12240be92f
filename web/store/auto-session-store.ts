import * as v from "valibot";
import { assert } from "../../domain/assert.ts";
import { isDecimalText } from "../../domain/decimal.ts";
import type { Fault } from "../../domain/fault.ts";
import { MarketCodeSchema } from "../../domain/market-code.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import type { EpochMs, Quantity } from "../../domain/units.ts";
import { fromEnd, type ObservatorDatabase } from "./database.ts";
import type { AutoSessionRow, AutoSettings } from "./tables.ts";

/** A session whose worker has been silent for so long has been closed: it must not wake up and trade on a market that
 *  has moved on. Long enough for a reload and for a slow phone. */
export const LONGEST_SILENCE_MS = 120_000;

const Amount = v.pipe(
  v.string(),
  v.check((text) => isDecimalText(text) && !text.startsWith("-"), "a plain decimal"),
);
const SettingsSchema = v.object({
  market: MarketCodeSchema,
  thresholdBps: v.pipe(v.number(), v.finite(), v.minValue(0)),
  orderTotal: Amount,
  maxOrdersPerDay: v.pipe(v.number(), v.integer(), v.minValue(1)),
  onSilence: v.optional(v.picklist(["cancel", "cancel-and-sell"])),
});

/** Settings and held volume decide about money: a damaged row stops the worker instead of trading. */
function checked(row: AutoSessionRow): AutoSessionRow {
  assert(v.is(SettingsSchema, row.settings) && v.is(Amount, row.held), `stored auto session ${row.id} is damaged`);
  return row;
}

/** Starts an automatic trade; the live worker finds the row. One a market at a time. */
export function startAutoSession(
  db: ObservatorDatabase,
  settings: AutoSettings,
  made: { readonly id: string; readonly userId: string; readonly nowMs: EpochMs; readonly takeOver?: boolean },
): Promise<Result<AutoSessionRow, Fault>> {
  if (!v.is(SettingsSchema, settings))
    return Promise.resolve(fail({ type: "bad-input", kind: "refuse", detail: "These are no settings of a session." }));
  return db.transaction("rw", db.autoSessions, async () => {
    const running = await runningAutoSessions(db);
    if (running.some((session) => session.settings.market === settings.market))
      return fail<Fault>({ type: "limit-reached", kind: "refuse", detail: "A session of this market is running." });
    const row: AutoSessionRow = {
      id: made.id,
      userId: made.userId,
      settings,
      state: "running",
      stopReason: null,
      fault: null,
      modelId: null,
      candlesHave: 0,
      candlesNeed: 0,
      startedAtMs: made.nowMs,
      stoppedAtMs: null,
      heartbeatMs: made.nowMs,
      held: "0" as Quantity,
      takeOver: made.takeOver === true,
    };
    await db.autoSessions.add(row);
    return ok(row);
  });
}

/** Ends a running session; one that has ended keeps its first reason. */
export function stopAutoSession(
  db: ObservatorDatabase,
  id: string,
  why: { readonly reason: NonNullable<AutoSessionRow["stopReason"]>; readonly fault?: string; readonly nowMs: EpochMs },
): Promise<void> {
  return db.transaction("rw", db.autoSessions, async () => {
    if ((await db.autoSessions.get(id))?.state !== "running") return;
    await db.autoSessions.update(id, {
      state: "stopped",
      stopReason: why.reason,
      fault: why.fault ?? null,
      stoppedAtMs: why.nowMs,
    });
  });
}

/** The worker's sign of life, or the session's end where it comes too late. Returns whether the session goes on.
 *  Rule C8. */
export function beatAutoSession(db: ObservatorDatabase, id: string, nowMs: EpochMs): Promise<boolean> {
  return db.transaction("rw", db.autoSessions, async () => {
    const row = await db.autoSessions.get(id);
    if (row?.state !== "running") return false;
    if (nowMs - row.heartbeatMs > LONGEST_SILENCE_MS) {
      await stopAutoSession(db, id, { reason: "app-was-closed", nowMs });
      return false;
    }
    await db.autoSessions.update(id, { heartbeatMs: nowMs });
    return true;
  });
}

/** Notes the lease that the relay gave, or that it was given back; a session that has ended gives its own back too. */
export async function noteLease(db: ObservatorDatabase, id: string, token: number | null): Promise<void> {
  await db.autoSessions
    .where("id")
    .equals(id)
    .modify((row: { leaseToken?: number; takeOver?: boolean }) => {
      if (token === null) delete row.leaseToken;
      else row.leaseToken = token;
      // Said once: after it the other device may take it back.
      row.takeOver = false;
    });
}

/** Ended sessions whose lease the relay still has to be told about. */
export const endedWithLease = (db: ObservatorDatabase): Promise<AutoSessionRow[]> =>
  db.autoSessions
    .where("state")
    .equals("stopped")
    .filter((row) => row.leaseToken !== undefined)
    .toArray();

/** What the worker knows about its session; does nothing once the session has ended. */
export function updateAutoSession(
  db: ObservatorDatabase,
  id: string,
  change: Partial<Pick<AutoSessionRow, "modelId" | "candlesHave" | "candlesNeed">>,
): Promise<void> {
  return db.transaction("rw", db.autoSessions, async () => {
    if ((await db.autoSessions.get(id))?.state === "running") await db.autoSessions.update(id, change);
  });
}

export async function readAutoSession(db: ObservatorDatabase, id: string): Promise<AutoSessionRow | null> {
  const row = await db.autoSessions.get(id);
  return row === undefined ? null : checked(row);
}

export async function runningAutoSessions(db: ObservatorDatabase): Promise<AutoSessionRow[]> {
  return (await db.autoSessions.where("state").equals("running").toArray()).map(checked);
}

/** Sessions, newest first. */
export const readAutoSessions = (db: ObservatorDatabase, limit = 20): Promise<AutoSessionRow[]> =>
  fromEnd(db.autoSessions.orderBy("startedAtMs")).limit(limit).toArray();
