-- :docs1 and :docs2 are array literals of 50 documents each: an argument has a limit.
INSERT INTO entity (id, types, doc, loc)
SELECT d ->> 'id', ARRAY[d ->> 'type'], d, ST_SetSRID(ST_GeomFromGeoJSON(d -> 'location' -> 'value'), 4326)
FROM unnest(:docs1::jsonb[] || :docs2::jsonb[]) d
ON CONFLICT (id) DO UPDATE SET doc = entity.doc || excluded.doc, loc = excluded.loc, modified_at = now();
