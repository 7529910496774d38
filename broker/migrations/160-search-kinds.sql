-- The kinds are the same for all entities with the same types. Separate from the words, they are computed once for
-- many.
CREATE FUNCTION word_lexemes(words text) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('territory', words) || to_tsvector('simple', words)
$$;

CREATE FUNCTION kind_lexemes(types text[]) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(ARRAY(SELECT DISTINCT 'kind' || lower(short_name(type)) FROM unnest(types) AS type))
$$;

CREATE OR REPLACE FUNCTION search_lexemes(words text, types text[]) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT word_lexemes(words) || kind_lexemes(types)
$$;
