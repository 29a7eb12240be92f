import Dexie from "dexie";
import type { Fault } from "../../domain/fault.ts";
import { fail, ok, type Result } from "../../domain/result.ts";

const FULL: Fault = {
  type: "storage-full",
  kind: "stop",
  detail: "The browser has no room left for this site; nothing of this step was written.",
};

/** Runs a step that writes. A refusal for want of room is a fault, and IndexedDB has taken the whole step back; any other
 *  failure is a bug and goes on. Rule C19. */
export async function storageResult<Value>(write: () => Promise<Value>): Promise<Result<Value, Fault>> {
  try {
    return ok(await write());
  } catch (problem) {
    if (isFull(problem)) return fail(FULL);
    throw problem;
  }
}

/** Chromium refuses one request, or aborts the transaction at its end; Dexie wraps
 *  either. */
export function isFull(problem: unknown): boolean {
  if (!(problem instanceof Error)) return false;
  const causes = [
    "inner" in problem ? problem.inner : null,
    ...(problem instanceof Dexie.BulkError ? problem.failures : []),
  ];
  return problem.name === "QuotaExceededError" || causes.some(isFull);
}
