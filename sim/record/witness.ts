import type { DatabaseSync } from "node:sqlite";
import type { EpochMs } from "../../domain/units.ts";

/** Every state that orders, halts, limits, sessions and reservations ever stood in, in the order of the commits, with the
 *  one clock that is right. Written by triggers of the simulation's own, inside the transactions they tell of. */
export type Witnessed =
  | ({ readonly what: "order" } & OrderSeen & Seen)
  | ({ readonly what: "halt"; readonly scope: string; readonly stands: 0 | 1 } & Seen)
  | ({ readonly what: "limits"; readonly user: string; readonly current: string } & Seen)
  | ({ readonly what: "session"; readonly id: string; readonly token: number; readonly state: string } & Seen);
type Seen = { readonly seq: number; readonly atMs: number };

export type OrderSeen = {
  readonly id: string;
  readonly user: string;
  readonly state: string;
  readonly attempts: number;
  readonly identifier: string;
  readonly idempotencyKey: string;
  readonly origin: string;
  readonly side: string;
  readonly market: string;
  readonly worthKrw: number;
  readonly session: string | null;
  readonly reservation: string | null;
  readonly dueMs: number | null;
  /** Of its reservation, as it stood then: people change it. */
  readonly windowMs: number | null;
  readonly leaseMs: number | null;
  readonly validUntilMs: number | null;
};

const ORDER = `json_object('what', 'order', 'id', NEW.id, 'user', NEW.user_id, 'state', NEW.state, 'attempts', NEW.attempts,
  'identifier', NEW.identifier, 'idempotencyKey', NEW.idempotency_key, 'origin', NEW.origin, 'side', NEW.side,
  'market', NEW.market, 'worthKrw', NEW.worth_krw, 'session', NEW.auto_session_id, 'reservation', NEW.reservation_id,
  'dueMs', NEW.due_market_ms, 'windowMs', (SELECT window_ms FROM reservations WHERE id = NEW.reservation_id), 'leaseMs', NEW.lease_wall_ms, 'validUntilMs', NEW.valid_until_wall_ms)`;
const LIMITS = "json_object('what', 'limits', 'user', NEW.user_id, 'current', NEW.current)";
const SESSION = "json_object('what', 'session', 'id', NEW.id, 'token', NEW.token, 'state', NEW.state)";
const TRIGGERS: readonly (readonly [string, string])[] = [
  ["INSERT ON orders", ORDER],
  [
    `UPDATE ON orders WHEN OLD.state <> NEW.state OR OLD.attempts <> NEW.attempts OR OLD.identifier <> NEW.identifier
     OR OLD.lease_wall_ms IS NOT NEW.lease_wall_ms`,
    ORDER,
  ],
  ["INSERT ON halts", "json_object('what', 'halt', 'scope', NEW.scope, 'stands', 1)"],
  ["DELETE ON halts", "json_object('what', 'halt', 'scope', OLD.scope, 'stands', 0)"],
  ["INSERT ON limits", LIMITS],
  ["UPDATE ON limits", LIMITS],
  ["INSERT ON auto_sessions", SESSION],
  ["UPDATE ON auto_sessions WHEN OLD.state <> NEW.state", SESSION],
];

export type Witness = {
  /** A run begins: nothing was seen yet. */
  begin(now: () => EpochMs): void;
  seen(): Witnessed[];
};

/** Watches a database, for one run after another. */
export function watch(database: DatabaseSync): Witness {
  let now = (): number => 0;
  database.function("sim_now", () => Number(now()));
  database.exec("CREATE TEMP TABLE witnessed (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, detail TEXT NOT NULL)");
  for (const [at, [when, detail]] of TRIGGERS.entries())
    database.exec(
      `CREATE TEMP TRIGGER witness_${at} AFTER ${when}
       BEGIN INSERT INTO witnessed (at_ms, detail) VALUES (sim_now(), ${detail}); END`,
    );
  const read = database.prepare("SELECT seq, at_ms, detail FROM witnessed ORDER BY seq");
  return {
    begin: (clock) => void (now = clock),
    seen: () =>
      read.all().map(({ seq, at_ms, detail }) => {
        const told = JSON.parse(String(detail)) as Witnessed;
        return { ...told, seq: Number(seq), atMs: Number(at_ms) };
      }),
  };
}
