-- How long the history is kept. '' means all types or all attributes. If several policies match, one for the
-- attribute precedes one for the type, and either precedes one for all. NULL: forever.
CREATE TABLE history_retention (
  tenant text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  attribute text COLLATE "C" NOT NULL,
  raw_days integer CHECK (raw_days > 0),
  hour_days integer CHECK (hour_days >= raw_days),
  day_days integer CHECK (day_days >= hour_days),
  PRIMARY KEY (tenant, type, attribute)
);

-- The runs of the job that removes expired history. `beat_at` advances with each batch.
CREATE TABLE history_retention_run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('running', 'done', 'stopped', 'interrupted', 'failed')),
  started_at timestamptz NOT NULL DEFAULT now(),
  beat_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  partitions text[] NOT NULL DEFAULT '{}',
  instances bigint NOT NULL DEFAULT 0,
  hours bigint NOT NULL DEFAULT 0,
  days bigint NOT NULL DEFAULT 0,
  error text
);

-- How many days a policy keeps an attribute of an entity. NULL: forever.
CREATE FUNCTION retained_days(of_tenant text, of_types text[], of_attribute text, unit text) RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT CASE unit WHEN 'raw' THEN raw_days WHEN 'hour' THEN hour_days ELSE day_days END
  FROM history_retention
  WHERE tenant = of_tenant AND (type = '' OR type = ANY (of_types)) AND (attribute = '' OR attribute = of_attribute)
  ORDER BY attribute <> '' DESC, type <> '' DESC,
    CASE unit WHEN 'raw' THEN raw_days WHEN 'hour' THEN hour_days ELSE day_days END DESC NULLS FIRST
  LIMIT 1
$$;
