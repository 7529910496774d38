-- Past measures brought in from files: how far each file has come, and what was refused of it.
CREATE TABLE history_import (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  tenant text NOT NULL,
  file text NOT NULL,
  -- What is read and how: a hash of the file's beginning and of the options that decide what its lines mean.
  fingerprint text NOT NULL,
  -- Up to here all is in history or among the refused, by the same transactions; and a hash of what stands right before.
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
