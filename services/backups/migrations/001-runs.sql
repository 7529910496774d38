CREATE SCHEMA backups;

-- Backups, and test restores of backups.
CREATE TABLE backups.run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('backup', 'restore-test')),
  -- The name of the backup. NULL: it failed before one existed.
  backup text,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL DEFAULT now(),
  -- NULL: it succeeded.
  error text,
  -- Sizes, counts and seconds.
  figures jsonb NOT NULL
);
CREATE INDEX run_started ON backups.run (started_at DESC);
