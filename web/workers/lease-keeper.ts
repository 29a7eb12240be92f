import type { Fault } from "../../domain/fault.ts";
import { ok, type Result } from "../../domain/result.ts";
import { SECOND_MS, type EpochMs } from "../../domain/units.ts";
import type { Lease } from "../../domain/wire.ts";
import type { RelayClient } from "../relay-client.ts";
import { endedWithLease, noteLease, readAutoSession, stopAutoSession } from "../store/auto-session-store.ts";
import type { ObservatorDatabase } from "../store/database.ts";
import type { AutoSessionRow } from "../store/tables.ts";

export type LeasePorts = {
  readonly db: ObservatorDatabase;
  readonly relay: Pick<RelayClient, "takeLease" | "beatLease" | "endLease">;
  wallNow(): EpochMs;
};

/** The relay takes a lease for lost after two minutes of silence: a sixth of it leaves room for a lost answer or four. */
const BEAT_EVERY_MS = 20 * SECOND_MS;

/** Keeps the leases of this browser's sessions: taken at the start, kept alive, given back at the end. A session whose
 *  lease is lost is over. Rule X53. */
export class LeaseKeeper {
  readonly #ports: LeasePorts;
  /** When the relay last heard of a session, wall time. */
  readonly #beatAt = new Map<string, number>();

  constructor(ports: LeasePorts) {
    this.#ports = ports;
  }

  /** @returns whether the session goes on; without an answer of the relay it does */
  async keep(session: AutoSessionRow): Promise<boolean> {
    const nowMs = this.#ports.wallNow();
    if (session.leaseToken !== undefined && nowMs - (this.#beatAt.get(session.id) ?? 0) < BEAT_EVERY_MS) return true;
    const lease = await this.leaseOf(session);
    if (!lease.ok) return this.#goesOn(session, lease.fault);
    const beaten = await this.#ports.relay.beatLease(lease.value);
    if (!beaten.ok) return this.#goesOn(session, beaten.fault);
    this.#beatAt.set(session.id, nowMs);
    return true;
  }

  /** The lease at hand, or a new one. */
  async leaseOf({ id, settings, takeOver }: AutoSessionRow): Promise<Result<Lease, Fault>> {
    const { db, relay } = this.#ports;
    const token = (await readAutoSession(db, id))?.leaseToken;
    if (token !== undefined) return ok({ id, token });
    const { market, onSilence = "cancel" } = settings;
    const taken = await relay.takeLease({ id, market, onSilence, takeOver: takeOver === true });
    if (!taken.ok) return taken;
    await noteLease(db, id, taken.value.session.token);
    return ok({ id, token: taken.value.session.token });
  }

  /** Tells the relay of sessions that have ended; what it does not hear now it hears next time. */
  async giveBack(): Promise<void> {
    for (const { id, leaseToken } of await endedWithLease(this.#ports.db)) {
      const ended = await this.#ports.relay.endLease({ id, token: leaseToken! });
      if (ended.ok || ended.fault.kind !== "retry") await noteLease(this.#ports.db, id, null);
    }
  }

  async #goesOn(session: AutoSessionRow, fault: Fault): Promise<boolean> {
    if (fault.kind === "retry" || fault.kind === "unknown") return true;
    const why = { reason: "fault", fault: fault.type, nowMs: this.#ports.wallNow() } as const;
    await stopAutoSession(this.#ports.db, session.id, why);
    return false;
  }
}
