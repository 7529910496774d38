CREATE SCHEMA alarms;

-- The state of an Alert or a WorkOrder as this service decided it. The entity in the broker is written from it.
CREATE TABLE alarms.record (
  tenant text NOT NULL,
  id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('alarm', 'workOrder')),
  version integer NOT NULL DEFAULT 1,
  state jsonb NOT NULL,
  -- The number of writes of the entity that have begun and are not known to have ended, and the time of the first.
  writing integer NOT NULL DEFAULT 0,
  writing_since timestamptz,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX record_writing ON alarms.record (writing_since) WHERE writing > 0;

-- Who did what to a record, with the internal comments. `act` is the kind of act; `key` is the client's idempotency
-- key.
CREATE TABLE alarms.journal (
  tenant text NOT NULL,
  record text NOT NULL,
  n bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  act text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  key text,
  PRIMARY KEY (tenant, record, n)
);
CREATE UNIQUE INDEX journal_key ON alarms.journal (tenant, record, key) WHERE key IS NOT NULL;

-- Acts of rules that were applied, so that a repeated one is applied once. Removed after a month.
CREATE TABLE alarms.applied_act (
  tenant text NOT NULL,
  id text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);
CREATE INDEX applied_act_at ON alarms.applied_act (at);

-- Scheduled actions: notify somebody, create a work order, end a shelving, close.
CREATE TABLE alarms.due (
  tenant text NOT NULL,
  key text NOT NULL,
  record text NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  attempts integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, key)
);
CREATE INDEX due_at ON alarms.due (at);
CREATE INDEX due_record ON alarms.due (tenant, record);

-- Within how many seconds alarms of a severity must be acknowledged and resolved. A row replaces the built-in value.
CREATE TABLE alarms.service_level (
  tenant text NOT NULL,
  severity text NOT NULL,
  acknowledge_s integer,
  resolve_s integer,
  PRIMARY KEY (tenant, severity)
);

-- Who is notified of which alarms, step by step.
CREATE TABLE alarms.escalation (
  tenant text NOT NULL,
  id text NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (tenant, id)
);
