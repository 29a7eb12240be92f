import type { EpochMs } from "../../domain/units.ts";
import type { ObservatorDatabase } from "./database.ts";

/** When this browser last took a turn with the exchange, wall time; a reload within ten seconds must know. Rule C7. */
export async function lastOriginUse(db: ObservatorDatabase): Promise<EpochMs | null> {
  return (await db.originUses.get("last"))?.wallMs ?? null;
}

export async function noteOriginUse(db: ObservatorDatabase, wallMs: EpochMs): Promise<void> {
  await db.originUses.put({ name: "last", wallMs });
}
