-- The words of entities that were indexed before there was `search_word` are learned after the start, in small steps: up to this
-- entity so far.
ALTER TABLE search_progress
  ADD COLUMN learned_tenant text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN learned_entity text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN is_learned boolean NOT NULL DEFAULT false;

-- A version that was never released dropped it.
ALTER TABLE entity_search ADD COLUMN IF NOT EXISTS words text NOT NULL DEFAULT '';
