-- Indexes for the queries of `steady`, as if the queries were known beforehand.
CREATE INDEX IF NOT EXISTS entity_asset ON entity ((doc -> 'asset' ->> 'value'));
CREATE INDEX IF NOT EXISTS entity_energy ON entity (((doc -> 'energy' ->> 'value')::float8));
VACUUM ANALYZE entity;
