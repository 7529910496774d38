-- Every word of `entity_search` once: which words contain or resemble a given one is looked up here, and not in the texts of
-- all entities. The search then asks for whole words.
CREATE TABLE search_word (
  tenant text COLLATE "C" NOT NULL,
  word text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, word)
);
CREATE INDEX search_word_parts ON search_word USING gin (word gin_trgm_ops) WITH (gin_pending_list_limit = 256);

-- The words by which an entity is found; that of its kind is none.
CREATE FUNCTION search_vocabulary(lexemes tsvector, types text[]) RETURNS SETOF text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT word FROM unnest(tsvector_to_array(lexemes)) AS word
  WHERE word <> ALL (ARRAY(SELECT 'kind' || lower(short_name(type)) FROM unnest(types) AS type))
$$;

INSERT INTO search_word (tenant, word)
SELECT DISTINCT s.tenant, v.word
FROM entity_search s JOIN entity e ON e.tenant = s.tenant AND e.id = s.entity_id
  CROSS JOIN LATERAL search_vocabulary(s.lexemes, e.types) AS v(word);

DROP INDEX entity_search_words;
ALTER TABLE entity_search DROP COLUMN words;
