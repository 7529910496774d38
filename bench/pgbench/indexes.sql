-- Only for the queries, after the writes: each queried attribute has an index.
CREATE INDEX entity_type_id ON entity ((types[1]), id);
CREATE INDEX entity_street ON entity ((doc -> 'street' ->> 'value'));
CREATE INDEX entity_energy ON entity (((doc -> 'energy' ->> 'value')::float8));
VACUUM ANALYZE entity;
