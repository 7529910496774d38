CREATE SCHEMA insights;

-- Uses of AI that somebody has turned on or off. Without a row a use is off.
CREATE TABLE insights.use (
  tenant text NOT NULL,
  name text NOT NULL,
  is_on boolean NOT NULL,
  -- The person responsible for it, as named by the administrator.
  owner text NOT NULL DEFAULT '',
  switched_by text NOT NULL,
  switched_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, name)
);

-- The last evaluation of a use on held-out data.
CREATE TABLE insights.evaluation (
  tenant text NOT NULL,
  name text NOT NULL,
  document jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, name)
);

-- The outputs of uses, and the reasons for them.
CREATE TABLE insights.output (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  use text NOT NULL,
  -- The entity that it is about, and the person it was made for; '' means none.
  about text NOT NULL DEFAULT '',
  by text NOT NULL DEFAULT '',
  -- Only the last output of a key is kept, and those with feedback; '' means none.
  key text NOT NULL DEFAULT '',
  output jsonb NOT NULL,
  why jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX output_use ON insights.output (tenant, use, at DESC);
CREATE INDEX output_key ON insights.output (tenant, use, key) WHERE key <> '';

-- "Was this right?": one answer per person.
CREATE TABLE insights.feedback (
  output text NOT NULL REFERENCES insights.output ON DELETE CASCADE,
  actor text NOT NULL,
  is_right boolean NOT NULL,
  note text NOT NULL DEFAULT '',
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (output, actor)
);
