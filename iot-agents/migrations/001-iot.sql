CREATE SCHEMA IF NOT EXISTS iot;

CREATE TABLE iot.profile (
  id          text PRIMARY KEY,
  document    jsonb NOT NULL,
  modified_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE iot.device (
  dev_eui     text PRIMARY KEY CHECK (dev_eui ~ '^[0-9a-f]{16}$'),
  profile     text NOT NULL REFERENCES iot.profile (id),
  document    jsonb NOT NULL,
  modified_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX device_profile ON iot.device (profile);

-- Messages that were acknowledged but not delivered yet. Rows are short-lived: a message is removed once its entities
-- are committed.
CREATE TABLE iot.inbox (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at timestamptz NOT NULL,
  topic       text NOT NULL,
  body        bytea NOT NULL,
  replayed    boolean NOT NULL DEFAULT false
) WITH (autovacuum_vacuum_scale_factor = 0.01);

-- Frames that currently can't become entities, with the reason. A replay moves them back to the inbox.
CREATE TABLE iot.quarantine (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at    timestamptz NOT NULL,
  topic          text NOT NULL,
  body           bytea NOT NULL,
  dev_eui        text,
  profile        text,
  codec_sha256   text,
  reason         text NOT NULL,
  message        text NOT NULL,
  quarantined_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX quarantine_device ON iot.quarantine (dev_eui, id);

-- The last frames of unregistered devices. Registering the device moves them to the inbox.
CREATE TABLE iot.pending (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dev_eui     text NOT NULL,
  received_at timestamptz NOT NULL,
  topic       text NOT NULL,
  body        bytea NOT NULL
);
CREATE INDEX pending_device ON iot.pending (dev_eui, id);

-- Each device's frame counter, and its last frames, by which duplicates are detected.
CREATE TABLE iot.device_progress (
  dev_eui      text PRIMARY KEY,
  last_seen_at timestamptz NOT NULL,
  session      bigint NOT NULL,
  joins        integer NOT NULL,
  f_cnt        bigint NOT NULL,
  lost_uplinks integer NOT NULL,
  recent       bytea NOT NULL
) WITH (fillfactor = 50);
