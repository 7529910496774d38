-- What the temporal API needs of the history, in addition to what the write path records.

-- Numbers rows in the order of recording. The id of an attribute instance is derived from it.
CREATE SEQUENCE history_n AS bigint;
ALTER TABLE history ADD COLUMN n bigint NOT NULL DEFAULT nextval('history_n');
-- When the instance was recorded. NULL: the same as modified_at, which only a correction changes.
ALTER TABLE history ADD COLUMN created_at timestamptz;

COMMENT ON COLUMN history.kind IS 'attributeCreated, attributeUpdated, attributeDeleted: a change of the entity; attributeImported: given by the temporal API';
COMMENT ON COLUMN history.instance IS 'When the instance was deleted: its type and deletedAt alone';

CREATE INDEX history_number ON history USING brin (n);
-- Finds the datasets of an attribute. Default instances, which are nearly all, add no entry.
CREATE INDEX history_dataset ON history (tenant, entity_id, attribute, dataset_id, at) WHERE dataset_id <> '';

-- Deleted entities: their history is kept, and with it their types and times.
CREATE TABLE past_entity (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  types text[] NOT NULL,
  created_at timestamptz NOT NULL,
  deleted_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX past_entity_types ON past_entity USING gin (types);

-- A trigger, so that every kind of deletion is recorded and other writes cost nothing more.
CREATE FUNCTION remember_entity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO past_entity (tenant, id, types, created_at, deleted_at)
  VALUES (OLD.tenant, OLD.id, OLD.types, OLD.created_at, clock_timestamp())
  ON CONFLICT (tenant, id) DO UPDATE
    SET types = excluded.types, created_at = excluded.created_at, deleted_at = excluded.deleted_at;
  RETURN NULL;
END $$;
CREATE TRIGGER entity_remembered AFTER DELETE ON entity FOR EACH ROW EXECUTE FUNCTION remember_entity();
