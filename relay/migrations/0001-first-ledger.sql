-- Times: `_wall_ms` is wall time, `_market_ms` is market time (the same but for a local exchange), both epoch ms.
-- Money is decimal text, never a float.

CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
INSERT INTO schema_version (version) VALUES (1);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('member', 'admin')),
  salt TEXT NOT NULL,
  verifier_mac TEXT NOT NULL,
  created_wall_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  created_wall_ms INTEGER NOT NULL,
  seen_wall_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);

-- One row a guess at a password or a set-up code; `scope` is a keyed hash of who guesses at what.
CREATE TABLE attempts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  scope TEXT NOT NULL,
  at_wall_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_by_scope ON attempts (scope, at_wall_ms);

-- One trading key a user, sealed; nothing here opens it without the master key.
CREATE TABLE trading_keys (
  user_id TEXT PRIMARY KEY REFERENCES users (id),
  id TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  wrapped_key TEXT NOT NULL,
  sealed TEXT NOT NULL,
  access_key_masked TEXT NOT NULL,
  permissions TEXT NOT NULL,
  expires_at_ms INTEGER,
  stored_wall_ms INTEGER NOT NULL
) STRICT;

-- The intent is written before anything leaves; every later truth is written over it by guarded updates.
CREATE TABLE orders (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  key_id TEXT NOT NULL,
  identifier TEXT NOT NULL UNIQUE,
  idempotency_key TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('manual', 'reserved', 'auto')),
  kind TEXT NOT NULL CHECK (kind IN ('limit', 'market-bid', 'market-ask')),
  market TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('bid', 'ask')),
  price TEXT,
  volume TEXT,
  total TEXT,
  state TEXT NOT NULL CHECK (
    state IN ('sending', 'unknown', 'accepted', 'filled', 'cancelled', 'rejected', 'burned', 'expired')
  ),
  exchange_uuid TEXT,
  executed_volume TEXT NOT NULL DEFAULT '0',
  executed_funds TEXT,
  paid_fee TEXT NOT NULL DEFAULT '0',
  trades_count INTEGER NOT NULL DEFAULT 0,
  exchange_error TEXT,
  created_market_ms INTEGER NOT NULL,
  updated_market_ms INTEGER NOT NULL,
  created_wall_ms INTEGER NOT NULL,
  updated_wall_ms INTEGER NOT NULL,
  -- Answers "no such order" so far, and when the first of them came.
  missing_count INTEGER NOT NULL DEFAULT 0,
  missing_since_wall_ms INTEGER,
  asked_wall_ms INTEGER,
  -- When the sweep asks next; null once there is nothing left to ask.
  ask_wall_ms INTEGER,
  UNIQUE (user_id, idempotency_key)
) STRICT;
CREATE INDEX orders_by_user ON orders (user_id, created_wall_ms);
CREATE INDEX orders_to_ask ON orders (ask_wall_ms) WHERE ask_wall_ms IS NOT NULL;

CREATE TABLE reservations (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  idempotency_key TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('limit', 'market-bid', 'market-ask')),
  market TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('bid', 'ask')),
  price TEXT,
  volume TEXT,
  total TEXT,
  due_market_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'done', 'failed', 'expired', 'cancelled')),
  -- Who claimed it may act until then; the value is also the fencing token of that claim.
  lease_wall_ms INTEGER,
  order_id TEXT REFERENCES orders (id),
  failure TEXT,
  created_market_ms INTEGER NOT NULL,
  updated_wall_ms INTEGER NOT NULL,
  UNIQUE (user_id, idempotency_key)
) STRICT;
CREATE INDEX reservations_by_user ON reservations (user_id, due_market_ms);
CREATE INDEX reservations_due ON reservations (due_market_ms) WHERE state IN ('waiting', 'claimed');

CREATE TABLE models (
  id TEXT PRIMARY KEY,
  market TEXT NOT NULL,
  meta TEXT NOT NULL,
  weights TEXT NOT NULL,
  published_by TEXT NOT NULL REFERENCES users (id),
  published_wall_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX models_by_market ON models (market, published_wall_ms);
CREATE TABLE serving_models (
  market TEXT PRIMARY KEY,
  model_id TEXT NOT NULL REFERENCES models (id)
) STRICT;

-- What happened to security and money, in order, for ever.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_wall_ms INTEGER NOT NULL,
  user_id TEXT,
  event TEXT NOT NULL,
  subject TEXT,
  detail TEXT
) STRICT;
CREATE INDEX audit_by_user ON audit (user_id, id);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'audit rows are never changed');
END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'audit rows are never deleted');
END;

-- An order or a reservation cannot change its state without a trace.
CREATE TRIGGER order_written AFTER INSERT ON orders
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, subject, detail)
  VALUES (NEW.created_wall_ms, NEW.user_id, 'order-' || NEW.state, NEW.id, NEW.origin);
END;
CREATE TRIGGER order_moved AFTER UPDATE OF state ON orders WHEN OLD.state <> NEW.state
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, subject, detail)
  VALUES (NEW.updated_wall_ms, NEW.user_id, 'order-' || NEW.state, NEW.id, NEW.exchange_error);
END;
CREATE TRIGGER reservation_written AFTER INSERT ON reservations
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, subject)
  VALUES (NEW.updated_wall_ms, NEW.user_id, 'reservation-' || NEW.state, NEW.id);
END;
CREATE TRIGGER reservation_moved AFTER UPDATE OF state ON reservations WHEN OLD.state <> NEW.state
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, subject, detail)
  VALUES (NEW.updated_wall_ms, NEW.user_id, 'reservation-' || NEW.state, NEW.id, NEW.failure);
END;
