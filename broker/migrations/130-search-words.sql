-- Every word of `entity_search`, once. Words that contain or resemble a given one are looked up here, and not in the
-- texts of all entities. The search then asks for whole words.
CREATE TABLE search_word (
  tenant text COLLATE "C" NOT NULL,
  word text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, word)
);
CREATE INDEX search_word_parts ON search_word USING gin (word gin_trgm_ops) WITH (gin_pending_list_limit = 256);

-- The words by which an entity is found, without the word of its kind.
CREATE FUNCTION search_vocabulary(lexemes tsvector, types text[]) RETURNS SETOF text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT word FROM unnest(tsvector_to_array(lexemes)) AS word
  WHERE word <> ALL (ARRAY(SELECT 'kind' || lower(short_name(type)) FROM unnest(types) AS type))
$$;

-- Processes of an earlier version, which may run beside this one, write and search the column `words`. This version
-- leaves it empty. A later version drops it, its index and this trigger, which adds the words that an earlier version
-- indexes.
ALTER TABLE entity_search ALTER COLUMN words SET DEFAULT '';

CREATE FUNCTION learn_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_word (tenant, word)
  SELECT DISTINCT e.tenant, v.word
  FROM entity e CROSS JOIN LATERAL search_vocabulary(NEW.lexemes, e.types) AS v(word)
  WHERE e.tenant = NEW.tenant AND e.id = NEW.entity_id
  ORDER BY 1, 2
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER learn_words AFTER INSERT OR UPDATE OF words ON entity_search
  FOR EACH ROW WHEN (NEW.words <> '') EXECUTE FUNCTION learn_words();
