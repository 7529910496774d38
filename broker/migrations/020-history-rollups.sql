-- Numbers of the history summed up by hour and by day, so that long ranges need not be read instance by instance.
-- A row sums up those instances whose `n` is not above the watermark; what came since is read from the history itself.
CREATE TABLE history_hour (
  tenant text COLLATE "C" NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  attribute text COLLATE "C" NOT NULL,
  dataset_id text NOT NULL,
  start timestamptz NOT NULL,
  -- Whether the instances have observedAt: queries by it leave others out.
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
  -- Whether retention ever removed instances: then sums may know more than the history does.
  raw_removed boolean NOT NULL DEFAULT false
);
INSERT INTO history_rollup DEFAULT VALUES;

-- Numbers that were removed from the history (sign -1) or put back into it (1) after they may have been summed up.
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

-- Whoever has set `alzette.keep_rollups` sees to the sums itself.
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

-- Finds what came after the watermark. Ranges smaller than the default: the last, half full one is always read.
DROP INDEX history_number;
CREATE INDEX history_number ON history USING brin (n) WITH (pages_per_range = 32);

-- Values that are no numbers, among many that are; writing a number costs nothing.
CREATE INDEX history_other ON history (tenant, entity_id, attribute, at) WHERE number IS NULL;

-- The numbers after a watermark. Planned on its own and along the index of `n`, whatever statistics say of rows so new.
CREATE FUNCTION history_pending(watermark bigint)
RETURNS TABLE (tenant text, entity_id text, attribute text, dataset_id text, at timestamptz, instance jsonb, number float8)
LANGUAGE sql STABLE SET enable_seqscan = off SET enable_indexscan = off AS $$
  SELECT tenant, entity_id, attribute, dataset_id, at, instance, number FROM history WHERE n > watermark AND number IS NOT NULL
$$;

-- Makes the partitions of the months from one time to another, moving to them what the default partition holds of theirs.
CREATE FUNCTION make_history_partitions(first timestamptz, last timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month timestamptz := date_trunc('month', first, 'UTC');
  next_month timestamptz;
  name text;
BEGIN
  -- Of a table that is partitioned by other means there are none to make.
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
