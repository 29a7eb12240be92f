import type { MarketCode } from "../../domain/market-code.ts";
import type { AutoSession } from "../../domain/wire.ts";

export type AutoSessionRow = {
  readonly id: string;
  readonly user_id: string;
  readonly market: MarketCode;
  /** Grows with every session of this user and market. */
  readonly token: number;
  readonly on_silence: AutoSession["onSilence"];
  readonly state: AutoSession["state"];
  readonly end_reason: AutoSession["endReason"];
  readonly started_wall_ms: number;
  readonly seen_wall_ms: number;
  readonly ended_wall_ms: number | null;
  readonly close_due: 0 | 1;
  readonly close_lease_wall_ms: number | null;
};

export const autoSessionOf = (row: AutoSessionRow): AutoSession => ({
  id: row.id,
  market: row.market,
  token: row.token,
  onSilence: row.on_silence,
  state: row.state,
  endReason: row.end_reason,
  startedAtMs: row.started_wall_ms,
  seenAtMs: row.seen_wall_ms,
  closing: row.close_due === 1,
});
