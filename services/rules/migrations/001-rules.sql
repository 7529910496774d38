CREATE SCHEMA IF NOT EXISTS rules;

CREATE TABLE rules.rule (
  tenant text NOT NULL,
  id text NOT NULL,
  version integer NOT NULL,
  -- The last version that changed the rule's conditions: alarms of earlier versions end.
  evaluated_since integer NOT NULL,
  -- How long its types may stay silent if its absence condition sets no time.
  silence_ms bigint NOT NULL,
  is_enabled boolean NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE rules.rule_version (
  tenant text NOT NULL,
  id text NOT NULL,
  version integer NOT NULL,
  document jsonb NOT NULL,
  author text NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id, version)
);

-- Notifications that are not evaluated yet, in the order of arrival.
CREATE TABLE rules.inbox (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  scope text NOT NULL,
  entity_id text NOT NULL,
  entity jsonb NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE rules.entity (
  tenant text NOT NULL,
  id text NOT NULL,
  state jsonb NOT NULL,
  due timestamptz,
  PRIMARY KEY (tenant, id)
) WITH (fillfactor = 70);
CREATE INDEX entity_due ON rules.entity (due) WHERE due IS NOT NULL;

CREATE TABLE rules.alarm (
  tenant text NOT NULL,
  urn text NOT NULL,
  rule text NOT NULL,
  is_active boolean NOT NULL,
  turned timestamptz NOT NULL,
  alarm jsonb NOT NULL,
  PRIMARY KEY (tenant, urn)
);
CREATE INDEX alarm_active ON rules.alarm (tenant) WHERE is_active;
CREATE INDEX alarm_turned ON rules.alarm (turned);

-- Acts that still have to be sent to alarms and entities.
CREATE TABLE rules.act (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  act jsonb NOT NULL
);

CREATE TABLE rules.write (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  rule text NOT NULL,
  entity_id text NOT NULL,
  attr text NOT NULL,
  value jsonb NOT NULL,
  tries integer NOT NULL DEFAULT 0
);

CREATE TABLE rules.maintenance (
  tenant text NOT NULL,
  id text NOT NULL,
  maintenance jsonb NOT NULL,
  reason text NOT NULL,
  author text NOT NULL,
  begins timestamptz NOT NULL,
  ends timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE rules.subscription (
  tenant text NOT NULL,
  id text NOT NULL,
  scope text NOT NULL,
  -- Whether the entities that existed before have been read.
  is_synced boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant, id)
);

-- The process that evaluates the rules: one at a time.
CREATE TABLE rules.lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  until timestamptz NOT NULL
);

CREATE TABLE rules.secret (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  sealed text NOT NULL
);
