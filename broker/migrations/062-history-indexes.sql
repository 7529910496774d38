-- Numbers are aggregated from the index alone: instances of one entity lie scattered over the pages, each among those of others.
CREATE INDEX history_series ON history (tenant, entity_id, attribute, at) INCLUDE (dataset_id, number);

-- In its place. Where the history became a hypertable the name is another.
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

-- Windows of modifiedAt and createdAt: instances come in about in their order.
CREATE INDEX history_came ON history USING brin (modified_at, (coalesce(created_at, modified_at))) WITH (pages_per_range = 32);
