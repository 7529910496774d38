-- Entity maps (5.14): which entities a sequence of queries is about, and who has a part of each.
CREATE TABLE entity_map (
  tenant text NOT NULL,
  id text NOT NULL,
  -- Entity ids with the registrations that have a part of each, `@none` for what is stored here.
  entities jsonb NOT NULL,
  -- Maps that sources keep of the same query, by registration.
  linked_maps jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX entity_map_expiry ON entity_map (expires_at);
