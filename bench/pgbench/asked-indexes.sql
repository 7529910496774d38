-- What the queries of `steady` ask for, as whoever knows the queries beforehand would index it.
CREATE INDEX IF NOT EXISTS entity_asset ON entity ((doc -> 'asset' ->> 'value'));
CREATE INDEX IF NOT EXISTS entity_energy ON entity (((doc -> 'energy' ->> 'value')::float8));
VACUUM ANALYZE entity;
