-- The entity in its most requested representation, written with each change
-- (broker/src/model/represent/fast/shown-text.ts). NULL: the entity needs the general path, or was not written since
-- this column exists. If a new core @context changes names, these must be reset to NULL.
ALTER TABLE entity ADD COLUMN shown text;

DO $$
BEGIN
  ALTER TABLE entity ALTER COLUMN shown SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
