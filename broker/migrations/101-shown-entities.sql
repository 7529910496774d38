-- The entity as most ask for it: the text of model/shown-text.ts, made with each write. NULL: more has to be looked at, or it
-- was not written since. Where a new core @context has other names, these are to be set to NULL.
ALTER TABLE entity ADD COLUMN shown text;

DO $$
BEGIN
  ALTER TABLE entity ALTER COLUMN shown SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
