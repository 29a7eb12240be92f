import { DurableObject } from "cloudflare:workers";
import type { EpochMs } from "../../domain/units.ts";
import type { Result } from "../../domain/result.ts";
import type { Env, Wakeable } from "../env.ts";
import { realOutside } from "../outside.ts";
import { createRelay, type Relay } from "../relay.ts";
import { ring } from "./ring.ts";

/** The deployment's one alarm. It keeps nothing but the time it rings: what is due stands in the database, and an alarm
 *  that is lost, late or rings twice changes nothing but the second. Decision 0011. */
export class ReservationAlarm extends DurableObject<Env> implements Wakeable {
  #started: Promise<Result<Relay, string>> | null = null;

  /** Rings then, or earlier if that was asked for. */
  async wakeBy(wallMs: EpochMs): Promise<void> {
    const setMs = await this.ctx.storage.getAlarm();
    if (setMs === null || setMs > wallMs) await this.ctx.storage.setAlarm(wallMs);
  }

  override async alarm(): Promise<void> {
    this.#started ??= createRelay(
      this.env,
      realOutside((work) => this.ctx.waitUntil(work), this),
    );
    const relay = await this.#started;
    // A deployment that is not set up fires nothing. Rule X1.
    if (relay.ok) await ring(relay.value);
  }
}
