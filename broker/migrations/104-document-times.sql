-- Documents leave out the times of instances that equal the creation time of the entity: see
-- broker/src/model/document.ts. Documents written before have all times, which means the same.
CREATE FUNCTION attributes_with_times(attributes jsonb, created_at jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_object_agg(a.name, (
      SELECT jsonb_agg(
        jsonb_build_object('createdAt', created_at, 'modifiedAt', coalesce(i.instance -> 'createdAt', created_at)) || i.instance
          || CASE WHEN i.instance ? 'attributes'
            THEN jsonb_build_object('attributes', attributes_with_times(i.instance -> 'attributes', created_at)) ELSE '{}' END
        ORDER BY i.n)
      FROM jsonb_array_elements(a.instances) WITH ORDINALITY AS i(instance, n))), '{}')
    FROM jsonb_each(attributes) AS a(name, instances));
END $$;

-- The document with all times, for conditions on them.
CREATE FUNCTION document_with_times(document jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT document || jsonb_build_object('attributes', attributes_with_times(document -> 'attributes', document -> 'createdAt'))
$$;

-- A time in the format of documents.
CREATE FUNCTION document_time(moment timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
