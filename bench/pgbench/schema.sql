-- The smallest schema that can hold these entities, for the raw statements and the bare routes.
DROP TABLE IF EXISTS entity, history;
CREATE TABLE entity (
  id text PRIMARY KEY,
  types text[] NOT NULL,
  doc jsonb NOT NULL,
  loc geometry(Geometry, 4326),
  modified_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 85);
ALTER TABLE entity ALTER COLUMN doc SET COMPRESSION lz4;
CREATE INDEX entity_types ON entity USING gin (types);
CREATE INDEX entity_loc ON entity USING gist (loc);
CREATE TABLE history (eid text NOT NULL, attr text NOT NULL, observed_at timestamptz NOT NULL, val jsonb, num float8);
CREATE INDEX history_eid ON history (eid, attr, observed_at DESC);
