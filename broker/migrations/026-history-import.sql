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

-- Makes the partitions of the months from one time to another, moving to them what the default partition holds of theirs.
DO $do$
BEGIN
  IF to_regprocedure('make_history_partitions(timestamptz, timestamptz)') IS NOT NULL THEN RETURN; END IF;
  CREATE FUNCTION make_history_partitions(first timestamptz, last timestamptz) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    month timestamptz := date_trunc('month', first, 'UTC');
    next_month timestamptz;
    name text;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('alzette.history', 0));
    WHILE month <= last LOOP
      next_month := (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
      name := 'history_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
      IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE history INCLUDING ALL)', name);
        EXECUTE format(
          'WITH moved AS (DELETE FROM history_default WHERE at >= %1$L AND at < %2$L RETURNING *)
           INSERT INTO %3$I SELECT * FROM moved', month, next_month, name);
        EXECUTE format('ALTER TABLE history ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, month, next_month);
      END IF;
      month := next_month;
    END LOOP;
  END $$;
END $do$;
