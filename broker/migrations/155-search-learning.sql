-- The words of entities that were indexed before `search_word` existed are added after the start, in small steps.
-- These columns are the progress.
ALTER TABLE search_progress
  ADD COLUMN learned_tenant text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN learned_entity text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN is_learned boolean NOT NULL DEFAULT false;

-- An unreleased version dropped it.
ALTER TABLE entity_search ADD COLUMN IF NOT EXISTS words text NOT NULL DEFAULT '';
