CREATE EXTENSION IF NOT EXISTS postgis;

-- The default tenant is ''.
CREATE TABLE tenant (
  name text PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO tenant (name) VALUES ('');

-- One row per entity. `document` is the JSON of the whole entity, in expanded form; the other columns are derived
-- from it. Updates of attributes must stay HOT: they must change no indexed column, and pages keep room for the next
-- row version.
CREATE TABLE entity (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  types text[] NOT NULL,
  scopes text[],
  document jsonb NOT NULL,
  -- The GeoProperty https://uri.etsi.org/ngsi-ld/location; a GeometryCollection if it has several instances.
  location geometry(Geometry, 4326),
  created_at timestamptz NOT NULL,
  modified_at timestamptz NOT NULL,
  expires_at timestamptz,
  -- Grows with each write. It starts from the clock, so that an entity that is deleted and created again never
  -- repeats a version.
  version bigint NOT NULL,
  PRIMARY KEY (tenant, id)
) WITH (fillfactor = 85);

CREATE INDEX entity_types ON entity USING gin (types);
CREATE INDEX entity_location ON entity USING gist (location);

-- Attribute instances over time, append-only.
CREATE TABLE history (
  tenant text COLLATE "C" NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  -- The expanded name.
  attribute text COLLATE "C" NOT NULL,
  -- '' for the default instance.
  dataset_id text NOT NULL,
  kind text NOT NULL,
  -- observedAt, or the time of the change if there is none.
  at timestamptz NOT NULL,
  modified_at timestamptz NOT NULL,
  -- NULL if the instance was deleted.
  instance jsonb,
  -- The value if it is a number, so that aggregates need not read the JSON.
  number float8
) PARTITION BY RANGE (at);

CREATE INDEX history_attribute ON history (tenant, entity_id, attribute, at);
CREATE TABLE history_default PARTITION OF history DEFAULT;

-- Creates the partitions of this month and of the months ahead. Moves matching rows out of the default partition.
CREATE FUNCTION ensure_history_partitions(months_ahead integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month timestamptz := date_trunc('month', now(), 'UTC');
  last_month timestamptz := month + make_interval(months => months_ahead);
  next_month timestamptz;
  name text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('alzette.history', 0));
  WHILE month <= last_month LOOP
    next_month := (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
    name := 'history_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
    IF to_regclass(name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE history INCLUDING ALL)', name);
      EXECUTE format(
        'WITH moved AS (DELETE FROM history_default WHERE at >= %1$L AND at < %2$L RETURNING *)
         INSERT INTO %3$I SELECT * FROM moved', month, next_month, name);
      EXECUTE format('ALTER TABLE history ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, month, next_month);
    END IF;
    month := next_month;
  END LOOP;
END $$;

-- Pending notifications. Written in the transaction of the change, removed once the endpoint has answered.
CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  tenant text NOT NULL,
  subscription_id text NOT NULL,
  entity_id text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  last_error text
);
CREATE INDEX outbox_due ON outbox (next_attempt_at);

-- Notifications that were given up. An operator can inspect and replay them.
CREATE TABLE outbox_dead (
  id uuid PRIMARY KEY,
  tenant text NOT NULL,
  subscription_id text NOT NULL,
  entity_id text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  attempts integer NOT NULL,
  last_error text,
  died_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_dead_subscription ON outbox_dead (tenant, subscription_id);

-- lz4 takes a fraction of the time of pglz. An embedded PostgreSQL may be built without it.
DO $$
BEGIN
  ALTER TABLE entity ALTER COLUMN document SET COMPRESSION lz4;
  ALTER TABLE history ALTER COLUMN instance SET COMPRESSION lz4;
  ALTER TABLE outbox ALTER COLUMN payload SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
