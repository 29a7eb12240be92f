-- An order's whole life in one table (its states: domain/order.ts), reservations with their runs, guard rails, halt,
-- automatic sessions. Whole won are integers, every other amount is decimal text.
INSERT INTO schema_version (version) VALUES (4);

CREATE TABLE orders_next (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  -- The key that sends it; null until then.
  key_id TEXT,
  identifier TEXT NOT NULL UNIQUE,
  idempotency_key TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('manual', 'reserved', 'auto')),
  kind TEXT NOT NULL CHECK (kind IN ('limit', 'market-bid', 'market-ask', 'best-bid', 'best-ask')),
  market TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('bid', 'ask')),
  price TEXT,
  volume TEXT,
  total TEXT,
  time_in_force TEXT CHECK (time_in_force IN ('ioc', 'fok', 'post_only')),
  state TEXT NOT NULL CHECK (state IN ('reserved', 'claimed', 'sending', 'unknown', 'accepted', 'filled', 'cancelled',
    'rejected', 'burned', 'expired')),
  exchange_uuid TEXT,
  executed_volume TEXT NOT NULL DEFAULT '0',
  executed_funds TEXT,
  paid_fee TEXT NOT NULL DEFAULT '0',
  trades_count INTEGER NOT NULL DEFAULT 0,
  -- The exchange's name for its refusal, or ours (a fault type) where it never left.
  exchange_error TEXT,
  refusal TEXT,
  created_market_ms INTEGER NOT NULL,
  updated_market_ms INTEGER NOT NULL,
  created_wall_ms INTEGER NOT NULL,
  updated_wall_ms INTEGER NOT NULL,
  -- When it was written down to be sent; null before.
  intent_wall_ms INTEGER,
  intent_market_ms INTEGER,
  valid_until_wall_ms INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  sent_wall_ms INTEGER,
  -- 1 once an attempt ended without an answer: from then on no refusal proves that there is no order.
  doubted INTEGER NOT NULL DEFAULT 0,
  -- Answers "no such order" since the last attempt, and when the first of them came.
  missing_count INTEGER NOT NULL DEFAULT 0,
  missing_since_wall_ms INTEGER,
  asked_wall_ms INTEGER,
  -- When the sweep asks next; null once there is nothing left to ask.
  ask_wall_ms INTEGER,
  -- Whole won: what it was meant to spend, and what of it may still be spent. Zero for sales.
  worth_krw INTEGER NOT NULL DEFAULT 0,
  open_krw INTEGER NOT NULL DEFAULT 0,
  -- Average buy price of coins that were not bought through the relay, when the order was written.
  elsewhere_price TEXT,
  -- 1: to be cancelled as soon as it is known to be open.
  cancel_due INTEGER NOT NULL DEFAULT 0,
  auto_session_id TEXT,
  reservation_id TEXT,
  due_market_ms INTEGER,
  -- Who claimed it may act until then; the value is also the fencing token of that claim.
  lease_wall_ms INTEGER,
  UNIQUE (user_id, idempotency_key)
) STRICT;
INSERT INTO orders_next (id, user_id, key_id, identifier, idempotency_key, origin, kind, market, side, price, volume,
  total, state, exchange_uuid, executed_volume, executed_funds, paid_fee, trades_count, exchange_error,
  created_market_ms, updated_market_ms, created_wall_ms, updated_wall_ms, intent_wall_ms, intent_market_ms,
  valid_until_wall_ms, attempts, sent_wall_ms, doubted, missing_count, missing_since_wall_ms, asked_wall_ms,
  ask_wall_ms, reservation_id, due_market_ms)
SELECT o.id, o.user_id, o.key_id, o.identifier, o.idempotency_key, o.origin, o.kind, o.market, o.side, o.price,
  o.volume, o.total, o.state, o.exchange_uuid, o.executed_volume, o.executed_funds, o.paid_fee, o.trades_count,
  o.exchange_error, o.created_market_ms, o.updated_market_ms, o.created_wall_ms, o.updated_wall_ms, o.created_wall_ms,
  o.created_market_ms, o.created_wall_ms, 1, o.created_wall_ms, 1, o.missing_count, o.missing_since_wall_ms,
  o.asked_wall_ms, o.ask_wall_ms, r.id, r.due_market_ms
FROM orders o LEFT JOIN reservations r ON o.idempotency_key = 'reservation:' || r.id;

CREATE TABLE reservations_next (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  idempotency_key TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('limit', 'market-bid', 'market-ask', 'best-bid', 'best-ask')),
  market TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('bid', 'ask')),
  price TEXT,
  volume TEXT,
  total TEXT,
  time_in_force TEXT,
  -- Share of the free balance, worked out when the time comes; then neither volume nor total stands here.
  share_bps INTEGER CHECK (share_bps BETWEEN 1 AND 10000),
  -- When: JSON, domain/schedule.ts.
  schedule TEXT NOT NULL,
  window_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'ended', 'cancelled')),
  created_market_ms INTEGER NOT NULL,
  updated_wall_ms INTEGER NOT NULL,
  UNIQUE (user_id, idempotency_key)
) STRICT;
INSERT INTO reservations_next (id, user_id, idempotency_key, kind, market, side, price, volume, total, schedule,
  window_ms, state, created_market_ms, updated_wall_ms)
SELECT id, user_id, idempotency_key, kind, market, side, price, volume, total,
  json_object('every', 'once', 'atMs', due_market_ms), 600000,
  CASE state WHEN 'cancelled' THEN 'cancelled' WHEN 'waiting' THEN 'active' WHEN 'claimed' THEN 'active' ELSE 'ended' END,
  created_market_ms, updated_wall_ms
FROM reservations;
-- Each reservation that made no order yet gets the run that would make it.
INSERT INTO orders_next (id, user_id, identifier, idempotency_key, origin, kind, market, side, price, volume, total,
  state, refusal, created_market_ms, updated_market_ms, created_wall_ms, updated_wall_ms, reservation_id, due_market_ms)
SELECT id, user_id, 'obs-' || id, 'run:' || id, 'reserved', kind, market, side, price, volume, total,
  CASE state WHEN 'failed' THEN 'rejected' WHEN 'expired' THEN 'expired' WHEN 'cancelled' THEN 'cancelled'
    ELSE 'reserved' END,
  failure, created_market_ms, created_market_ms, updated_wall_ms, updated_wall_ms, id, due_market_ms
FROM reservations r WHERE NOT EXISTS (SELECT 1 FROM orders_next o WHERE o.reservation_id = r.id);

DROP TABLE reservations;
DROP TABLE orders;
ALTER TABLE orders_next RENAME TO orders;
ALTER TABLE reservations_next RENAME TO reservations;
CREATE INDEX orders_by_user ON orders (user_id, intent_wall_ms);
CREATE INDEX orders_to_ask ON orders (ask_wall_ms) WHERE ask_wall_ms IS NOT NULL;
CREATE INDEX orders_open ON orders (user_id) WHERE state IN ('sending', 'unknown', 'accepted');
CREATE INDEX orders_to_cancel ON orders (id) WHERE cancel_due = 1;
CREATE INDEX orders_due ON orders (due_market_ms) WHERE state IN ('reserved', 'claimed');
CREATE INDEX orders_by_session ON orders (auto_session_id) WHERE auto_session_id IS NOT NULL;
-- A run stands once: neither the same time twice nor two that wait.
CREATE UNIQUE INDEX runs ON orders (reservation_id, due_market_ms) WHERE reservation_id IS NOT NULL;
CREATE UNIQUE INDEX standing_run ON orders (reservation_id) WHERE state IN ('reserved', 'claimed');
CREATE INDEX reservations_by_user ON reservations (user_id);
CREATE INDEX reservations_active ON reservations (id) WHERE state = 'active';

-- What was executed, once each.
CREATE TABLE fills (
  order_id TEXT NOT NULL REFERENCES orders (id),
  trade_uuid TEXT NOT NULL,
  user_id TEXT NOT NULL,
  market TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('bid', 'ask')),
  volume TEXT NOT NULL,
  funds TEXT NOT NULL,
  at_market_ms INTEGER NOT NULL,
  PRIMARY KEY (order_id, trade_uuid)
) STRICT;
CREATE INDEX fills_by_user ON fills (user_id, at_market_ms);

-- The limits in force and, while a raise waits, what will be (JSON, domain/limits.ts). No row: the strict ones.
CREATE TABLE limits (
  user_id TEXT PRIMARY KEY REFERENCES users (id),
  current TEXT NOT NULL,
  raised TEXT,
  raised_from_wall_ms INTEGER,
  updated_wall_ms INTEGER NOT NULL
) STRICT;

-- Facts that limits are held against, with their age.
CREATE TABLE account_snapshots (
  user_id TEXT PRIMARY KEY REFERENCES users (id),
  -- {"BTC": "98000000"}: average buy prices; the last one stays when the coin is gone.
  buy_prices TEXT NOT NULL DEFAULT '{}',
  realised_krw INTEGER NOT NULL DEFAULT 0,
  exposure_krw INTEGER NOT NULL DEFAULT 0,
  -- Whose day `realised_krw` is.
  kst_day TEXT NOT NULL DEFAULT '',
  asked_wall_ms INTEGER NOT NULL DEFAULT 0,
  -- Grows with every fill; facts that were asked for in an earlier epoch are old, whatever their age.
  epoch INTEGER NOT NULL DEFAULT 0,
  asked_epoch INTEGER NOT NULL DEFAULT -1
) STRICT;
CREATE TABLE market_snapshots (
  market TEXT PRIMARY KEY,
  -- Last trade's price in hundred-millionths of the quote currency.
  last_e8 INTEGER NOT NULL,
  -- {"50": 1234567}: by distance in bps, the largest market buy whose average stays within it. Whole won.
  deepest TEXT NOT NULL,
  asked_wall_ms INTEGER NOT NULL
) STRICT;

-- Who may open nothing until it is lifted: a user, or '*' for everybody.
CREATE TABLE halts (
  scope TEXT PRIMARY KEY,
  by_user TEXT NOT NULL,
  at_wall_ms INTEGER NOT NULL
) STRICT;

-- One lease a user and market; the token only grows, and whoever holds an older one is fenced off.
CREATE TABLE auto_sessions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  market TEXT NOT NULL,
  token INTEGER NOT NULL,
  on_silence TEXT NOT NULL CHECK (on_silence IN ('cancel', 'cancel-and-sell')),
  state TEXT NOT NULL CHECK (state IN ('running', 'ended')),
  end_reason TEXT CHECK (end_reason IN ('stopped', 'taken-over', 'silent', 'halted')),
  started_wall_ms INTEGER NOT NULL,
  seen_wall_ms INTEGER NOT NULL,
  ended_wall_ms INTEGER,
  -- What is still to be done after a silent end, and until when somebody is at it.
  close_due INTEGER NOT NULL DEFAULT 0,
  close_lease_wall_ms INTEGER,
  UNIQUE (user_id, market, token)
) STRICT;
CREATE UNIQUE INDEX auto_session_running ON auto_sessions (user_id, market) WHERE state = 'running';

-- Nothing about orders, reservations, limits, halts and sessions changes without a trace.
CREATE TRIGGER order_written AFTER INSERT ON orders
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, subject, detail)
  VALUES (NEW.created_wall_ms, NEW.user_id, 'order-' || NEW.state, NEW.id, NEW.origin);
END;
CREATE TRIGGER order_moved AFTER UPDATE OF state ON orders WHEN OLD.state <> NEW.state
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, subject, detail)
  VALUES (NEW.updated_wall_ms, NEW.user_id, 'order-' || NEW.state, NEW.id, COALESCE(NEW.exchange_error, NEW.refusal));
END;
CREATE TRIGGER order_sent_again AFTER UPDATE OF attempts ON orders WHEN NEW.attempts > 1
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, subject, detail)
  VALUES (NEW.updated_wall_ms, NEW.user_id, 'order-sent-again', NEW.id, NEW.attempts);
END;
CREATE TRIGGER reservation_written AFTER INSERT ON reservations
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, subject)
  VALUES (NEW.updated_wall_ms, NEW.user_id, 'reservation-' || NEW.state, NEW.id);
END;
CREATE TRIGGER reservation_moved AFTER UPDATE ON reservations
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, subject)
  VALUES (NEW.updated_wall_ms, NEW.user_id,
    CASE WHEN OLD.state = NEW.state THEN 'reservation-edited' ELSE 'reservation-' || NEW.state END, NEW.id);
END;
CREATE TRIGGER limits_written AFTER INSERT ON limits
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, detail)
  VALUES (NEW.updated_wall_ms, NEW.user_id, 'limits-set', COALESCE(NEW.raised, NEW.current));
END;
CREATE TRIGGER limits_moved AFTER UPDATE ON limits
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, detail)
  VALUES (NEW.updated_wall_ms, NEW.user_id, 'limits-set', COALESCE(NEW.raised, NEW.current));
END;
CREATE TRIGGER halt_written AFTER INSERT ON halts
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, subject) VALUES (NEW.at_wall_ms, NEW.by_user, 'halted', NEW.scope);
END;
CREATE TRIGGER auto_session_written AFTER INSERT ON auto_sessions
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, subject, detail)
  VALUES (NEW.started_wall_ms, NEW.user_id, 'auto-started', NEW.id, NEW.market);
END;
CREATE TRIGGER auto_session_ended AFTER UPDATE OF state ON auto_sessions WHEN OLD.state <> NEW.state
BEGIN
  INSERT INTO audit (at_wall_ms, user_id, event, subject, detail)
  VALUES (NEW.ended_wall_ms, NEW.user_id, 'auto-ended', NEW.id, NEW.end_reason);
END;
