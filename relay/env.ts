import type { EpochMs } from "../domain/units.ts";

/** The object whose one instance holds the alarm: relay/alarm/reservation-alarm.ts. */
export type Wakeable = Rpc.DurableObjectBranded & { wakeBy(wallMs: EpochMs): Promise<void> };

/** What the deployment gives the Worker: bindings, variables and secrets. */
export type Env = {
  readonly DB: D1Database;
  readonly ASSETS?: Fetcher;
  /** Fires reservations at their second. A deployment without it fires them with the minute's cron. */
  readonly RESERVATION_ALARM?: DurableObjectNamespace<Wakeable>;
  readonly EXCHANGE_URL?: string;
  readonly EXCHANGE_WS_URL?: string;
  /** Address of the proxy with the fixed IP, where there is one, and the token it asks for (at least 32 characters). */
  readonly EGRESS_URL?: string;
  readonly EGRESS_TOKEN?: string;
  /** `on`: orders may go to an exchange that is not on this machine. Anything else but `off` or nothing is refused. */
  readonly LIVE_TRADING?: string;
  /** 32 random bytes, base64 or hex: wraps every user's data key. Version 1. */
  readonly MASTER_KEY?: string;
  /** Further versions, `2:KEY,3:KEY`; the highest wraps. */
  readonly MASTER_KEYS?: string;
  /** At least 32 random bytes, hex: keys the hashes of credentials. */
  readonly PEPPER?: string;
  /** At least 12 characters: makes the first admin. */
  readonly SET_UP_CODE?: string;
  /** `open`, `invitation` (the default) or `closed`. */
  readonly SIGN_UP?: string;
  /** IPv4 addresses, separated by commas, from which the exchange sees the relay. */
  readonly EGRESS_IPS?: string;
  /** Push messages: a P-256 key pair in base64url and whom a push service may write to. All three or none. */
  readonly VAPID_PUBLIC_KEY?: string;
  readonly VAPID_PRIVATE_KEY?: string;
  readonly VAPID_SUBJECT?: string;
};
