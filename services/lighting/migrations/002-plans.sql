-- A strategy's rollout to lamps: proposed by one person, approved by another, sent stage by stage.
CREATE TABLE lighting.plan (
  tenant text NOT NULL,
  id uuid NOT NULL,
  strategy text NOT NULL,
  version integer NOT NULL,
  kind text NOT NULL,
  zone text NOT NULL,
  -- The name of the lamps' command, and how long they have to answer.
  command text NOT NULL,
  deadline_s integer NOT NULL,
  -- The share of a stage's lamps that may fail.
  most_failures real NOT NULL,
  state text NOT NULL CHECK (state IN ('proposed', 'rejected', 'running', 'rollingBack', 'done', 'rolledBack', 'cancelled')),
  stage integer NOT NULL DEFAULT 0,
  stages integer NOT NULL,
  author text NOT NULL,
  decided_by text,
  reason text,
  -- The job run that holds the lease, so that two runs don't send the same.
  leased_by text,
  leased_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, strategy, version) REFERENCES lighting.strategy (tenant, id, version)
);

CREATE TABLE lighting.plan_lamp (
  tenant text NOT NULL,
  plan uuid NOT NULL,
  lamp text NOT NULL,
  stage integer NOT NULL,
  state text NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'sent', 'done', 'failed', 'unanswered', 'backSent', 'back', 'backFailed', 'backUnanswered')),
  info text,
  sent_at timestamptz,
  ended_at timestamptz,
  PRIMARY KEY (tenant, plan, lamp),
  FOREIGN KEY (tenant, plan) REFERENCES lighting.plan (tenant, id) ON DELETE CASCADE
);
CREATE INDEX plan_lamp_of_stage ON lighting.plan_lamp (tenant, plan, stage, state);

-- A level set by hand until a given time, for one evening.
CREATE TABLE lighting.override (
  tenant text NOT NULL,
  id uuid NOT NULL,
  lamps text[] NOT NULL,
  level real NOT NULL,
  until timestamptz NOT NULL,
  reason text NOT NULL,
  command text NOT NULL,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'ended')),
  author text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);

-- Who did what with plans and overrides. Append-only.
CREATE TABLE lighting.act (
  tenant text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  number bigint GENERATED ALWAYS AS IDENTITY,
  object text NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  details jsonb NOT NULL,
  PRIMARY KEY (tenant, number)
);
CREATE INDEX act_of_object ON lighting.act (tenant, object, number);
