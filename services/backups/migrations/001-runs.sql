CREATE SCHEMA backups;

-- What was backed up, and restored to see whether it can be.
CREATE TABLE backups.run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('backup', 'restore-test')),
  -- The backup's; NULL: it failed before there was one.
  backup text,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL DEFAULT now(),
  -- NULL: it went well.
  error text,
  -- Sizes, counts and seconds.
  figures jsonb NOT NULL
);
CREATE INDEX run_started ON backups.run (started_at DESC);
