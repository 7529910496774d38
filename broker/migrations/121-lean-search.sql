-- How people call a kind of thing is not repeated for each of its entities: whoever searches knows it, and asks for the kind.
-- What is looked up word by word and what is looked up by parts of words have an index each; the first is the usual one.
DROP TABLE entity_search;
DROP TABLE search_kind;
DROP FUNCTION search_words(text[], text, text);
UPDATE search_progress SET until = '-infinity';

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
-- Lists of what is still to be sorted in are short: every search goes through them, and an embedded database has no autovacuum.
CREATE INDEX entity_search_words ON entity_search USING gin (words gin_trgm_ops) WITH (gin_pending_list_limit = 256);
CREATE INDEX entity_search_lexemes ON entity_search USING gin (lexemes) WITH (gin_pending_list_limit = 256);

-- Signs between words go: `VIL-10` is two words and no negative number.
CREATE FUNCTION search_words(id text, texts text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT translate(folded(concat_ws(' ', texts, regexp_replace(id, '^.*:', ''))), $q$-_/'’.,;:()"«»#+$q$, repeat(' ', 20))
$$;

-- Words as they are, their stems in French, and the kind of each type as one word: `kindstreetlight`.
CREATE FUNCTION search_lexemes(words text, types text[]) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('territory', words) || to_tsvector('simple', words)
    || array_to_tsvector(ARRAY(SELECT DISTINCT 'kind' || lower(short_name(type)) FROM unnest(types) AS type))
$$;
