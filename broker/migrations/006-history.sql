-- What the temporal API needs of the history beside what the write lane records.

-- Numbers rows in the order they were recorded; an attribute instance's id is made from it.
CREATE SEQUENCE history_n AS bigint;
ALTER TABLE history ADD COLUMN n bigint NOT NULL DEFAULT nextval('history_n');
-- When the instance came in; NULL: with modified_at, which nothing but a correction moves on.
ALTER TABLE history ADD COLUMN created_at timestamptz;

COMMENT ON COLUMN history.kind IS 'attributeCreated, attributeUpdated, attributeDeleted: a change of the entity; attributeImported: given by the temporal API';
COMMENT ON COLUMN history.instance IS 'When the instance was deleted: its type and deletedAt alone';

CREATE INDEX history_number ON history USING brin (n);
-- The datasets of an attribute are found by it; default instances, nearly all there are, cost nothing.
CREATE INDEX history_dataset ON history (tenant, entity_id, attribute, dataset_id, at) WHERE dataset_id <> '';

-- Entities that are no more: their history stays, and with it what they were.
CREATE TABLE past_entity (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  types text[] NOT NULL,
  created_at timestamptz NOT NULL,
  deleted_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX past_entity_types ON past_entity USING gin (types);

-- A trigger, so that a deletion by whatever way is remembered and other writes pay nothing.
CREATE FUNCTION remember_entity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO past_entity (tenant, id, types, created_at, deleted_at)
  VALUES (OLD.tenant, OLD.id, OLD.types, OLD.created_at, clock_timestamp())
  ON CONFLICT (tenant, id) DO UPDATE
    SET types = excluded.types, created_at = excluded.created_at, deleted_at = excluded.deleted_at;
  RETURN NULL;
END $$;
CREATE TRIGGER entity_remembered AFTER DELETE ON entity FOR EACH ROW EXECUTE FUNCTION remember_entity();
