-- What people search for: of each entity its name, street and kind, in words without accents. Both extensions are trusted:
-- whoever owns the database may create them.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TEXT SEARCH CONFIGURATION territory (COPY = french);
ALTER TEXT SEARCH CONFIGURATION territory ALTER MAPPING FOR asciiword, word, hword, hword_part, asciihword, hword_asciipart
  WITH unaccent, french_stem;

CREATE FUNCTION folded(given text) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
  SELECT lower(unaccent(given))
$$;

-- How people call a kind of thing, in their languages; filled by the broker as it starts.
CREATE TABLE search_kind (
  -- The last part of a type's IRI.
  kind text PRIMARY KEY,
  words text NOT NULL
);

-- Beside `entity`, whose updates must stay HOT. Written by the broker for what it has committed, a moment later.
CREATE TABLE entity_search (
  tenant text COLLATE "C" NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  -- All of these are folded.
  name text NOT NULL,
  street text,
  locality text,
  words text NOT NULL,
  lexemes tsvector NOT NULL,
  PRIMARY KEY (tenant, entity_id)
);
-- Without lists of what is still to be sorted in, which every search would go through.
CREATE INDEX entity_search_words ON entity_search USING gin (words gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX entity_search_lexemes ON entity_search USING gin (lexemes) WITH (fastupdate = off);

-- Until when changes have surely come into it.
CREATE TABLE search_progress (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  until timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO search_progress DEFAULT VALUES;

-- What an entity is found by, as it stands in its document.
CREATE FUNCTION search_texts(document jsonb)
RETURNS TABLE (name text, street text, locality text, words text) LANGUAGE sql STABLE PARALLEL SAFE AS $$
  WITH told AS MATERIALIZED (
    SELECT short_name(a.key) AS term, a.value #> '{0,value}' AS value
    FROM jsonb_each(document -> 'attributes') AS a
    WHERE a.key ~ '[/#](name|alternateName|title|headline|question|description|address|keywords?|category|subCategory|service_name|service_code)$'
  )
  SELECT
    (SELECT coalesce(value ->> 'fr', CASE jsonb_typeof(value) WHEN 'string' THEN value #>> '{}' END,
        jsonb_path_query_first(value, '$.*') #>> '{}')
      FROM told WHERE term IN ('name', 'title', 'headline', 'question')
      ORDER BY term = 'name' DESC, term LIMIT 1),
    (SELECT value ->> 'streetAddress' FROM told WHERE term = 'address' LIMIT 1),
    (SELECT value ->> 'addressLocality' FROM told WHERE term = 'address' LIMIT 1),
    (SELECT string_agg(left(part #>> '{}', 500), ' ' ORDER BY term)
      FROM told, jsonb_path_query(value, 'lax $.**') AS part WHERE jsonb_typeof(part) = 'string')
$$;

-- The words that an entity is found by. Signs between them go: `VIL-10` is two words and no negative number.
CREATE FUNCTION search_words(kinds text[], id text, texts text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT translate(
    folded(concat_ws(' ', (SELECT words FROM search_kind WHERE kind = short_name(kinds[1])), texts, regexp_replace(id, '^.*:', ''))),
    $q$-_/'’.,;:()"«»#+$q$, repeat(' ', 20))
$$;
