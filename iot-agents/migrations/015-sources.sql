-- Sources that data is fetched from or uploaded to: the declaration, the state between runs, and the lease of the
-- current run.
CREATE TABLE iot.source (
  id           text PRIMARY KEY,
  document     jsonb NOT NULL,
  -- Encrypted.
  secrets      text,
  state        jsonb NOT NULL DEFAULT '{}',
  -- NULL: only manual runs.
  next_run_at  timestamptz,
  failures     integer NOT NULL DEFAULT 0,
  lease        uuid,
  leased_until timestamptz,
  modified_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX source_due ON iot.source (next_run_at) WHERE next_run_at IS NOT NULL;

CREATE TABLE iot.source_run (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source     text NOT NULL REFERENCES iot.source (id) ON DELETE CASCADE,
  started_at timestamptz NOT NULL,
  ended_at   timestamptz NOT NULL,
  report     jsonb NOT NULL
);
CREATE INDEX source_run_source ON iot.source_run (source, id);

-- The items already taken from each source, so that each is processed once.
CREATE TABLE iot.source_item (
  source  text NOT NULL REFERENCES iot.source (id) ON DELETE CASCADE,
  key     text NOT NULL,
  -- The item's observedAt. Empty: it has none, and only its content shows whether it is new.
  moment  text NOT NULL,
  hash    bytea NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (source, key, moment)
);
CREATE INDEX source_item_seen ON iot.source_item (source, seen_at);
