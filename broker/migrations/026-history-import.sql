-- Past measurements imported from files: the progress of each file, and its rejected lines.
CREATE TABLE history_import (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  tenant text NOT NULL,
  file text NOT NULL,
  -- Identifies the import: a hash of the file's beginning and of the options that define what its lines mean.
  fingerprint text NOT NULL,
  -- Everything before this offset is imported or rejected, in the same transactions. `tail` is a hash of the bytes
  -- right before it.
  bytes bigint NOT NULL DEFAULT 0,
  lines bigint NOT NULL DEFAULT 0,
  tail text NOT NULL DEFAULT '',
  imported bigint NOT NULL DEFAULT 0,
  known bigint NOT NULL DEFAULT 0,
  rejected bigint NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  UNIQUE (tenant, fingerprint)
);
COMMENT ON COLUMN history_import.known IS 'Instances that history had already: of the same attribute, dataset and observedAt';

CREATE TABLE history_import_rejection (
  import_id bigint NOT NULL REFERENCES history_import ON DELETE CASCADE,
  line bigint NOT NULL,
  field text NOT NULL,
  got text NOT NULL,
  expected text NOT NULL,
  PRIMARY KEY (import_id, line)
);
