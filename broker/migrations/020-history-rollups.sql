-- Numbers of the history, aggregated by hour and by day, so that long ranges need not be read instance by instance. A
-- row covers the instances whose `n` is not above the watermark; later ones are read from the history itself.
CREATE TABLE history_hour (
  tenant text COLLATE "C" NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  attribute text COLLATE "C" NOT NULL,
  dataset_id text NOT NULL,
  start timestamptz NOT NULL,
  -- Whether the instances have observedAt: queries by observedAt leave out the others.
  observed boolean NOT NULL,
  count bigint NOT NULL,
  sum float8 NOT NULL,
  sumsq float8 NOT NULL,
  min float8 NOT NULL,
  max float8 NOT NULL,
  PRIMARY KEY (tenant, entity_id, attribute, dataset_id, start, observed)
) WITH (fillfactor = 80);
CREATE TABLE history_day (LIKE history_hour INCLUDING ALL) WITH (fillfactor = 80);
COMMENT ON TABLE history_hour IS 'UTC hours';
COMMENT ON TABLE history_day IS 'UTC days';

CREATE TABLE history_rollup (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  watermark bigint NOT NULL DEFAULT 0,
  advanced_at timestamptz,
  -- Whether retention ever removed instances. If so, sums may cover more than the history.
  raw_removed boolean NOT NULL DEFAULT false
);
INSERT INTO history_rollup DEFAULT VALUES;

-- Numbers that were removed from the history (sign -1) or put back (1) after they may have been aggregated.
CREATE TABLE history_correction (
  tenant text COLLATE "C" NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  attribute text COLLATE "C" NOT NULL,
  dataset_id text NOT NULL,
  at timestamptz NOT NULL,
  observed boolean NOT NULL,
  n bigint NOT NULL,
  number float8 NOT NULL,
  sign smallint NOT NULL
);
CREATE INDEX history_correction_entity ON history_correction (tenant, entity_id);

-- A transaction that sets `alzette.keep_rollups` updates the sums itself.
CREATE FUNCTION note_history_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('alzette.keep_rollups', true) = 'on' THEN RETURN NULL; END IF;
  IF OLD.number IS NOT NULL THEN
    INSERT INTO history_correction VALUES (OLD.tenant, OLD.entity_id, OLD.attribute, OLD.dataset_id, OLD.at,
      OLD.instance ? 'observedAt', OLD.n, OLD.number, -1);
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.number IS NOT NULL THEN
    INSERT INTO history_correction VALUES (NEW.tenant, NEW.entity_id, NEW.attribute, NEW.dataset_id, NEW.at,
      NEW.instance ? 'observedAt', NEW.n, NEW.number, 1);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER history_corrected AFTER DELETE OR UPDATE ON history FOR EACH ROW EXECUTE FUNCTION note_history_correction();

-- Finds rows after the watermark. Ranges are smaller than the default, because the last, partly filled one is always
-- read.
DROP INDEX history_number;
CREATE INDEX history_number ON history USING brin (n) WITH (pages_per_range = 32);

-- Values that are not numbers, among many numbers. Writing a number adds no entry.
CREATE INDEX history_other ON history (tenant, entity_id, attribute, at) WHERE number IS NULL;

-- The numbers after a watermark. Planned separately and along the index of `n`, because statistics don't cover rows
-- this new.
CREATE FUNCTION history_pending(watermark bigint)
RETURNS TABLE (tenant text, entity_id text, attribute text, dataset_id text, at timestamptz, instance jsonb, number float8)
LANGUAGE sql STABLE SET enable_seqscan = off SET enable_indexscan = off AS $$
  SELECT tenant, entity_id, attribute, dataset_id, at, instance, number FROM history WHERE n > watermark AND number IS NOT NULL
$$;

-- Creates the monthly partitions from one time to another. Moves matching rows out of the default partition.
CREATE FUNCTION make_history_partitions(first timestamptz, last timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month timestamptz := date_trunc('month', first, 'UTC');
  next_month timestamptz;
  name text;
BEGIN
  -- A table that is partitioned by other means needs none.
  IF (SELECT relkind FROM pg_class WHERE oid = 'history'::regclass) <> 'p' THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('alzette.history', 0));
  PERFORM set_config('alzette.keep_rollups', 'on', true);
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
  PERFORM set_config('alzette.keep_rollups', '', true);
END $$;

CREATE OR REPLACE FUNCTION ensure_history_partitions(months_ahead integer) RETURNS void LANGUAGE sql AS $$
  SELECT make_history_partitions(now(), now() + make_interval(months => months_ahead))
$$;
