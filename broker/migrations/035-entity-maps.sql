-- Entity maps (5.14): the entities of a sequence of queries, and which sources hold a part of each.
CREATE TABLE entity_map (
  tenant text NOT NULL,
  id text NOT NULL,
  -- Entity ids with the registrations that hold a part of each; `@none` means this broker.
  entities jsonb NOT NULL,
  -- Maps that sources keep for the same query, by registration.
  linked_maps jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX entity_map_expiry ON entity_map (expires_at);
