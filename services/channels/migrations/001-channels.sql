CREATE SCHEMA channels;

-- What an administrator configures: recipients, groups, rosters (who is on call) and channels. `secret` is encrypted.
CREATE TABLE channels.entry (
  tenant text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('recipient', 'group', 'roster', 'channel')),
  id text NOT NULL,
  document jsonb NOT NULL,
  secret text,
  PRIMARY KEY (tenant, kind, id)
);

-- Browsers that receive a recipient's notices. Anyone who knows the endpoint can send to it, so it is encrypted and
-- looked up by its hash.
CREATE TABLE channels.push_subscription (
  tenant text NOT NULL,
  endpoint_hash text NOT NULL,
  recipient text NOT NULL,
  sealed text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, endpoint_hash)
);
CREATE INDEX push_subscription_recipient ON channels.push_subscription (tenant, recipient);

-- The key that identifies us to push services (VAPID): one pair, its private half encrypted.
CREATE TABLE channels.vapid_key (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  public_key text NOT NULL,
  private_key text NOT NULL
);

-- Keys of accepted notices, so that a notice that is submitted twice is sent once.
CREATE TABLE channels.taken_notice (
  tenant text NOT NULL,
  key text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, key)
);
CREATE INDEX taken_notice_at ON channels.taken_notice (at);

-- The outbox: one row per message and address. Within a lane (one recipient by one channel) the oldest waiting
-- message is sent first.
CREATE TABLE channels.message (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  key text NOT NULL,
  channel text NOT NULL,
  recipient text NOT NULL DEFAULT '',
  address text NOT NULL DEFAULT '',
  severity text NOT NULL,
  content jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'held', 'sent', 'failed', 'merged')),
  reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL DEFAULT now(),
  -- Incremented each time the message is taken, so that an earlier attempt that overran can't record an outcome.
  attempts integer NOT NULL DEFAULT 0,
  first_attempt_at timestamptz,
  sent_at timestamptz,
  merged_into bigint,
  UNIQUE (tenant, key, channel, recipient, address)
);
CREATE INDEX message_due ON channels.message (due_at) WHERE state IN ('waiting', 'held');
CREATE INDEX message_lane ON channels.message (tenant, channel, recipient, address, n) WHERE state = 'waiting';
CREATE INDEX message_sent ON channels.message (tenant, recipient, sent_at) WHERE state = 'sent';

-- The outcome of each attempt.
CREATE TABLE channels.attempt (
  message bigint NOT NULL REFERENCES channels.message ON DELETE CASCADE,
  attempt integer NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  outcome text NOT NULL,
  detail text,
  PRIMARY KEY (message, attempt)
);
