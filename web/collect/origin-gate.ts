import { epochMs, SECOND_MS, type EpochMs } from "../../domain/units.ts";

/** A page's requests carry `Origin`, and the exchange takes one of those in ten seconds. Whether connections and messages
 *  of the socket count with them nobody could confirm, so that they take turns with them. Source: upbit-api 1.6, 9.4. */
export const ORIGIN_SPACING_MS = 10 * SECOND_MS;
/** The exchange's count does not begin with ours. */
const MARGIN_MS = SECOND_MS / 4;

export type OriginGatePorts = {
  wallNow(): EpochMs;
  /** Remembers a turn beyond this page's life, from its moment on: a reload begins no new allowance, and one that comes
   *  before it leaves nothing to wait for. */
  keep(turnMs: EpochMs, waitMs: number): void;
};

/** Hands out the moments at which this browser may send the exchange something with `Origin`. Rule C7. */
export class OriginGate {
  readonly #ports: OriginGatePorts;
  #lastMs: number;

  /** @param lastMs the newest turn of an earlier page, or null */
  constructor(ports: OriginGatePorts, lastMs: EpochMs | null) {
    this.#ports = ports;
    this.#lastMs = lastMs ?? -Infinity;
  }

  /** Takes the next free turn; it is spent whether or not it is used.
   *  @returns milliseconds to wait for it */
  reserve(): number {
    const nowMs = this.#ports.wallNow();
    // A clock that was set back would leave a turn in the far future.
    const lastMs = Math.min(this.#lastMs, nowMs + 10 * ORIGIN_SPACING_MS);
    const turnMs = Math.max(nowMs, lastMs + ORIGIN_SPACING_MS + MARGIN_MS);
    this.#lastMs = turnMs;
    const waitMs = turnMs - nowMs;
    this.#ports.keep(epochMs(turnMs), waitMs);
    return waitMs;
  }
}
