-- Indexes of attributes contain only plain values, so that matches need no look into the document. The expressions
-- are those of broker/src/entities/read/indexes/indexed-value.ts.
DO $$
DECLARE
  made record;
  place text;
  whole text;
  value text;
BEGIN
  FOR made IN SELECT name, type, attribute FROM attribute_index LOOP
    place := '(document #> %L::text[])';
    whole := format(place, ARRAY['attributes', made.attribute, '0', 'value']::text);
    value := format('(CASE WHEN length(%1$s #>> ''{}'') < 600 THEN %1$s END)', whole);
    EXECUTE format('DROP INDEX IF EXISTS %I', made.name || '_value');
    EXECUTE format(
      'CREATE INDEX %I ON entity (tenant, %s) WHERE types[1] = %L
        AND (jsonb_typeof(%s) NOT IN (''object'', ''array'') AND %s IS NULL AND %s IS NULL)',
      made.name || '_value', value, made.type, whole,
      format(place, ARRAY['attributes', made.attribute, '1']::text),
      format(place, ARRAY['attributes', made.attribute, '0', 'expiresAt']::text));
  END LOOP;
END $$;
