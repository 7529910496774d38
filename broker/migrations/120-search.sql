-- Full-text search: the name, street and words of each entity, without accents. Both extensions are trusted: the
-- owner of the database may create them.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TEXT SEARCH CONFIGURATION territory (COPY = french);
ALTER TEXT SEARCH CONFIGURATION territory ALTER MAPPING FOR asciiword, word, hword, hword_part, asciihword, hword_asciipart
  WITH unaccent, french_stem;

CREATE FUNCTION folded(given text) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
  SELECT lower(unaccent(given))
$$;

-- Separate from `entity`, whose updates must stay HOT. The broker fills it shortly after each commit. Common names of
-- a kind are not repeated for each entity: the search maps them to the kind. Whole words and parts of words have one
-- index each; the first is the usual one.
CREATE TABLE entity_search (
  tenant text COLLATE "C" NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  -- All of these are lower case and without accents.
  name text NOT NULL,
  street text,
  locality text,
  words text NOT NULL,
  lexemes tsvector NOT NULL,
  PRIMARY KEY (tenant, entity_id)
);
-- Pending lists are short: every search scans them, and an embedded database has no autovacuum.
CREATE INDEX entity_search_words ON entity_search USING gin (words gin_trgm_ops) WITH (gin_pending_list_limit = 256);
CREATE INDEX entity_search_lexemes ON entity_search USING gin (lexemes) WITH (gin_pending_list_limit = 256);

-- All changes up to this time are indexed.
CREATE TABLE search_progress (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  until timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO search_progress DEFAULT VALUES;

-- The texts by which an entity is found, from its document. Of a list of names, the first.
CREATE FUNCTION search_texts(document jsonb)
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

-- Punctuation between words is dropped: `VIL-10` is two words and not a negative number.
CREATE FUNCTION search_words(id text, texts text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT translate(folded(concat_ws(' ', texts, regexp_replace(id, '^.*:', ''))), $q$-_/'’.,;:()"«»#+$q$, repeat(' ', 20))
$$;

-- The words, their French stems, and the kind of each type as one word: `kindstreetlight`.
CREATE FUNCTION search_lexemes(words text, types text[]) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('territory', words) || to_tsvector('simple', words)
    || array_to_tsvector(ARRAY(SELECT DISTINCT 'kind' || lower(short_name(type)) FROM unnest(types) AS type))
$$;
