-- Names that stand in a list: the first of them.
CREATE OR REPLACE FUNCTION search_texts(document jsonb)
RETURNS TABLE (name text, street text, locality text, words text) LANGUAGE sql STABLE PARALLEL SAFE AS $$
  WITH told AS MATERIALIZED (
    SELECT short_name(a.key) AS term, a.value #> '{0,value}' AS value
    FROM jsonb_each(document -> 'attributes') AS a
    WHERE a.key ~ '[/#](name|alternateName|title|headline|question|description|address|keywords?|category|subCategory|service_name|service_code)$'
  )
  SELECT
    (SELECT CASE jsonb_typeof(value)
        WHEN 'string' THEN value #>> '{}'
        WHEN 'array' THEN value ->> 0
        ELSE coalesce(value ->> 'fr', jsonb_path_query_first(value, '$.*') #>> '{}') END
      FROM told WHERE term IN ('name', 'title', 'headline', 'question')
      ORDER BY term = 'name' DESC, term LIMIT 1),
    (SELECT value ->> 'streetAddress' FROM told WHERE term = 'address' LIMIT 1),
    (SELECT value ->> 'addressLocality' FROM told WHERE term = 'address' LIMIT 1),
    (SELECT string_agg(left(part #>> '{}', 500), ' ' ORDER BY term)
      FROM told, jsonb_path_query(value, 'lax $.**') AS part WHERE jsonb_typeof(part) = 'string')
$$;
UPDATE search_progress SET until = '-infinity';
