-- How long the history is kept. '' stands for all types, or all attributes; of several policies that an instance comes
-- under, one for its attribute goes before one for its type, and either before one for all. NULL: for ever.
CREATE TABLE history_retention (
  tenant text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  attribute text COLLATE "C" NOT NULL,
  raw_days integer CHECK (raw_days > 0),
  hour_days integer CHECK (hour_days >= raw_days),
  day_days integer CHECK (day_days >= hour_days),
  PRIMARY KEY (tenant, type, attribute)
);

-- What the job that removes what is past has done. `beat_at` moves on with each batch.
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

-- The days that a policy keeps of an entity's attribute; NULL: for ever.
CREATE FUNCTION retained_days(of_tenant text, of_types text[], of_attribute text, unit text) RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT CASE unit WHEN 'raw' THEN raw_days WHEN 'hour' THEN hour_days ELSE day_days END
  FROM history_retention
  WHERE tenant = of_tenant AND (type = '' OR type = ANY (of_types)) AND (attribute = '' OR attribute = of_attribute)
  ORDER BY attribute <> '' DESC, type <> '' DESC,
    CASE unit WHEN 'raw' THEN raw_days WHEN 'hour' THEN hour_days ELSE day_days END DESC NULLS FIRST
  LIMIT 1
$$;
