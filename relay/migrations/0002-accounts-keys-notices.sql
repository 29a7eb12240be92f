-- Ways to prove who one is: a password today, passkeys as rows of another kind later.
CREATE TABLE credentials (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  kind TEXT NOT NULL CHECK (kind IN ('password', 'passkey')),
  salt TEXT,
  verifier_mac TEXT,
  created_wall_ms INTEGER NOT NULL,
  CHECK (kind <> 'password' OR (salt IS NOT NULL AND verifier_mac IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_password_a_user ON credentials (user_id) WHERE kind = 'password';
CREATE INDEX credentials_by_user ON credentials (user_id);
INSERT INTO credentials (id, user_id, kind, salt, verifier_mac, created_wall_ms)
  SELECT lower(hex(randomblob(16))), id, 'password', salt, verifier_mac, created_wall_ms FROM users;
ALTER TABLE users DROP COLUMN salt;
ALTER TABLE users DROP COLUMN verifier_mac;
-- A locked account passes nowhere; a deleted one is a number without a name, kept for the rows that speak of it.
ALTER TABLE users ADD COLUMN locked_wall_ms INTEGER;
ALTER TABLE users ADD COLUMN deleted_wall_ms INTEGER;

-- Everybody logs in anew: sessions now know their device and when the password was last given.
DROP TABLE sessions;
CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id),
  created_wall_ms INTEGER NOT NULL,
  seen_wall_ms INTEGER NOT NULL,
  -- When this session last proved the password.
  confirmed_wall_ms INTEGER NOT NULL,
  device TEXT NOT NULL,
  -- Network of the caller, coarse.
  address TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Browsers that have logged in before: their guesses are counted apart from strangers'.
CREATE TABLE known_devices (
  device_hash TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  seen_wall_ms INTEGER NOT NULL,
  PRIMARY KEY (device_hash, user_id)
) STRICT;
CREATE INDEX known_devices_by_user ON known_devices (user_id);

-- One code, one sign-up. The code itself is shown once and kept as a keyed hash.
CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  code_hash TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL REFERENCES users (id),
  created_wall_ms INTEGER NOT NULL,
  expires_wall_ms INTEGER NOT NULL,
  used_by TEXT REFERENCES users (id),
  used_wall_ms INTEGER
) STRICT;

-- Which version of the master key wrapped the data key, and of which coming end its owner was told (days before).
ALTER TABLE trading_keys ADD COLUMN master_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE trading_keys ADD COLUMN warned_days INTEGER;
CREATE INDEX trading_keys_by_master ON trading_keys (master_version);

-- Who did it where it was not the user, from which network (coarse), and how it ended.
ALTER TABLE audit ADD COLUMN actor_id TEXT;
ALTER TABLE audit ADD COLUMN address TEXT;
ALTER TABLE audit ADD COLUMN result TEXT NOT NULL DEFAULT 'done';
CREATE INDEX audit_by_actor ON audit (actor_id, id) WHERE actor_id IS NOT NULL;

-- One link seals the rows up to last_id together with the link before it, under the pepper.
CREATE TABLE audit_chain (
  seq INTEGER PRIMARY KEY,
  last_id INTEGER NOT NULL,
  hash TEXT NOT NULL,
  at_wall_ms INTEGER NOT NULL
) STRICT;
CREATE TRIGGER chain_is_not_changed BEFORE UPDATE ON audit_chain
BEGIN
  SELECT RAISE(ABORT, 'links of the audit chain are never changed');
END;
CREATE TRIGGER chain_is_not_deleted BEFORE DELETE ON audit_chain
BEGIN
  SELECT RAISE(ABORT, 'links of the audit chain are never deleted');
END;

-- What a user must be told, and the devices it is pushed to.
CREATE TABLE notifications (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id TEXT NOT NULL REFERENCES users (id),
  kind TEXT NOT NULL,
  -- JSON of flat facts, written by this relay only.
  detail TEXT NOT NULL,
  created_wall_ms INTEGER NOT NULL,
  read_wall_ms INTEGER
) STRICT;
CREATE INDEX notifications_by_user ON notifications (user_id, id);

CREATE TABLE push_subscriptions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  endpoint TEXT NOT NULL UNIQUE,
  p256dh TEXT NOT NULL,
  auth TEXT NOT NULL,
  device TEXT NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('ko', 'en')),
  created_wall_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX push_subscriptions_by_user ON push_subscriptions (user_id);

-- What is still to be pushed; a row is gone once its push service took it or nothing more is tried.
CREATE TABLE push_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  notification_id INTEGER NOT NULL REFERENCES notifications (id),
  subscription_id TEXT NOT NULL REFERENCES push_subscriptions (id) ON DELETE CASCADE,
  tries INTEGER NOT NULL DEFAULT 0,
  -- Nobody tries before; also the lease of who is trying.
  next_wall_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX push_deliveries_due ON push_deliveries (next_wall_ms);
CREATE TRIGGER notification_is_pushed AFTER INSERT ON notifications
BEGIN
  INSERT INTO push_deliveries (notification_id, subscription_id, next_wall_ms)
  SELECT NEW.id, id, NEW.created_wall_ms FROM push_subscriptions WHERE user_id = NEW.user_id;
END;

INSERT INTO schema_version (version) VALUES (2);
