-- Indexes and counts for pages, counts and scopes of very many entities, and the tables of the index adviser.

-- A page of one type is a scan of this index. An entity is found by its first type. Entities with several types are
-- few and are found by any of them. POSIX sorts like C, but no other index can provide its order. Otherwise the
-- planner, which assumes that types are spread evenly over the ids, would scan past all entities of other types.
CREATE INDEX entity_type ON entity (tenant, (types[1]), id COLLATE "POSIX");
CREATE INDEX entity_several_types ON entity USING gin (types) WHERE cardinality(types) > 1;
CREATE INDEX entity_several_types_id ON entity (tenant, id COLLATE "POSIX") WHERE cardinality(types) > 1;
CREATE STATISTICS entity_types_number ON (cardinality(types)) FROM entity;
DROP INDEX entity_types;

-- Scopes without their leading slash, and all their ancestors: for /A/B both A/B and A.
CREATE FUNCTION scopes_and_above(scopes text[]) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT array_to_string(levels[1:depth], '/')), '{}')
  FROM unnest(scopes) AS given(scope), string_to_array(ltrim(scope, '/'), '/') AS levels,
    generate_series(1, cardinality(levels)) AS depth
$$;
CREATE INDEX entity_scopes ON entity USING gin (scopes_and_above(scopes)) WHERE scopes IS NOT NULL;
-- The planner uses no statistics of a partial index.
CREATE STATISTICS entity_scopes_and_above ON (scopes_and_above(scopes)) FROM entity;

-- How many entities without expiry have exactly these types: the sum over the rows. Writes append rows; the broker
-- merges them from time to time.
CREATE TABLE entity_count (
  tenant text COLLATE "C" NOT NULL,
  types text[] NOT NULL,
  entities bigint NOT NULL
);
CREATE INDEX entity_count_tenant ON entity_count (tenant);
INSERT INTO entity_count (tenant, types, entities)
  SELECT tenant, types, count(*) FROM entity WHERE expires_at IS NULL GROUP BY tenant, types;
-- Entities that expire are counted one by one.
CREATE INDEX entity_expiring ON entity (tenant, id) WHERE expires_at IS NOT NULL;

-- Comparisons of attributes in queries, one row per day.
CREATE TABLE observed_query (
  day date NOT NULL,
  type text COLLATE "C" NOT NULL,
  attribute text COLLATE "C" NOT NULL,
  operator text NOT NULL,
  queries bigint NOT NULL,
  total_ms float8 NOT NULL,
  PRIMARY KEY (day, type, attribute, operator)
);
-- Writes of entities of a type, one row per day.
CREATE TABLE observed_write (
  day date NOT NULL,
  type text COLLATE "C" NOT NULL,
  writes bigint NOT NULL,
  PRIMARY KEY (day, type)
);
-- Indexes created for an attribute of a type. `name` is the name of the index on values.
CREATE TABLE attribute_index (
  name text PRIMARY KEY,
  type text NOT NULL,
  attribute text NOT NULL,
  made_by text NOT NULL CHECK (made_by IN ('adviser', 'operator')),
  made_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (type, attribute)
);
-- Dropped by an operator: the adviser doesn't create them again.
CREATE TABLE declined_index (
  type text NOT NULL,
  attribute text NOT NULL,
  declined_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (type, attribute)
);
