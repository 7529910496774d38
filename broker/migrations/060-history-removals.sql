-- The time before which retention has removed instances, or hourly sums; NULL: never. Queries of later times need not
-- check for removed rows.
ALTER TABLE history_rollup ADD COLUMN instances_removed_before timestamptz;
ALTER TABLE history_rollup ADD COLUMN hours_removed_before timestamptz;
UPDATE history_rollup SET instances_removed_before = now(), hours_removed_before = now() WHERE raw_removed;
ALTER TABLE history_rollup DROP COLUMN raw_removed;

-- As before, but rows that move out of the default partition are visible at all times. Otherwise a concurrent query
-- or aggregation would see the partition that they left, but not the new one.
CREATE OR REPLACE FUNCTION make_history_partitions(first timestamptz, last timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month timestamptz := date_trunc('month', first, 'UTC');
  next_month timestamptz;
  name text;
BEGIN
  -- A table that is partitioned by other means needs none.
  IF (SELECT relkind FROM pg_class WHERE oid = 'history'::regclass) <> 'p' THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('alzette.history', 0));
  WHILE month <= last LOOP
    next_month := (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
    name := 'history_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
    IF to_regclass(name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE history INCLUDING ALL)', name);
      IF EXISTS (SELECT FROM history_default WHERE at >= month AND at < next_month) THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('alzette.rollups', 0));
        LOCK TABLE history IN ACCESS EXCLUSIVE MODE;
        PERFORM set_config('alzette.keep_rollups', 'on', true);
        EXECUTE format(
          'WITH moved AS (DELETE FROM history_default WHERE at >= %1$L AND at < %2$L RETURNING *)
           INSERT INTO %3$I SELECT * FROM moved', month, next_month, name);
        PERFORM set_config('alzette.keep_rollups', '', true);
      END IF;
      EXECUTE format('ALTER TABLE history ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, month, next_month);
    END IF;
    month := next_month;
  END LOOP;
END $$;
