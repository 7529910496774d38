-- Hourly and daily sums over all entities with the same types and scopes. A query of a year of a whole park reads
-- these and not one row per lamp and day. Updated in the same transactions as `history_hour` and `history_day`.
CREATE TABLE history_group (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  -- A hash of types and scopes, because long ones don't fit into an index key.
  key text COLLATE "C" NOT NULL,
  types text[] NOT NULL,
  scopes text[] NOT NULL,
  UNIQUE (tenant, key)
);

CREATE FUNCTION history_group_key(types text[], scopes text[]) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT md5(to_jsonb(types)::text || coalesce(to_jsonb(scopes), '[]')::text)
$$;

-- The group that contains an entity's sums, until they are moved to the group of its current types and scopes.
CREATE TABLE history_group_member (
  tenant text COLLATE "C" NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  group_id bigint NOT NULL,
  PRIMARY KEY (tenant, entity_id)
);

-- Only default instances. Rows whose count is 0 belong to entities that have left.
CREATE TABLE history_group_hour (
  tenant text COLLATE "C" NOT NULL,
  group_id bigint NOT NULL,
  attribute text COLLATE "C" NOT NULL,
  start timestamptz NOT NULL,
  count bigint NOT NULL,
  sum float8 NOT NULL,
  PRIMARY KEY (group_id, attribute, start)
) WITH (fillfactor = 80);
CREATE TABLE history_group_day (LIKE history_group_hour INCLUDING ALL) WITH (fillfactor = 80);

INSERT INTO history_group (tenant, key, types, scopes)
SELECT DISTINCT ON (tenant, history_group_key(types, scopes)) tenant, history_group_key(types, scopes), types, coalesce(scopes, '{}')
FROM entity e WHERE EXISTS (SELECT FROM history_day d WHERE d.tenant = e.tenant AND d.entity_id = e.id);
INSERT INTO history_group_member (tenant, entity_id, group_id)
SELECT e.tenant, e.id, g.id
FROM entity e JOIN history_group g ON g.tenant = e.tenant AND g.key = history_group_key(e.types, e.scopes)
WHERE EXISTS (SELECT FROM history_day d WHERE d.tenant = e.tenant AND d.entity_id = e.id);
INSERT INTO history_group_hour (tenant, group_id, attribute, start, count, sum)
SELECT m.tenant, m.group_id, h.attribute, h.start, sum(h.count), sum(h.sum)
FROM history_group_member m JOIN history_hour h ON h.tenant = m.tenant AND h.entity_id = m.entity_id AND h.dataset_id = ''
GROUP BY 1, 2, 3, 4;
INSERT INTO history_group_day (tenant, group_id, attribute, start, count, sum)
SELECT m.tenant, m.group_id, h.attribute, h.start, sum(h.count), sum(h.sum)
FROM history_group_member m JOIN history_day h ON h.tenant = m.tenant AND h.entity_id = m.entity_id AND h.dataset_id = ''
GROUP BY 1, 2, 3, 4;
