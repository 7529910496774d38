-- Numbers are aggregated by index-only scans, because the instances of one entity are scattered over many pages.
CREATE INDEX history_series ON history (tenant, entity_id, attribute, at) INCLUDE (dataset_id, number);

-- It replaces this index, which has another name where history is a hypertable.
DO $$
DECLARE
  former regclass;
BEGIN
  FOR former IN
    SELECT i.indexrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
    WHERE i.indrelid = 'history'::regclass AND m.amname = 'btree' AND i.indpred IS NULL AND i.indnatts = 4
      AND ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indexrelid ORDER BY a.attnum)
        = ARRAY['tenant', 'entity_id', 'attribute', 'at']
  LOOP
    EXECUTE format('DROP INDEX %s', former);
  END LOOP;
END $$;

-- For time windows by modifiedAt and createdAt: rows are stored roughly in that order.
CREATE INDEX history_came ON history USING brin (modified_at, (coalesce(created_at, modified_at))) WITH (pages_per_range = 32);
