-- The usual values of an entity's attribute by hour of the week; null where too little is known.
CREATE TABLE insights.usual (
  tenant text NOT NULL,
  entity text NOT NULL,
  attribute text NOT NULL,
  document jsonb NOT NULL,
  learned_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, entity, attribute)
);

-- The last score of an entity.
CREATE TABLE insights.told (
  tenant text NOT NULL,
  entity text NOT NULL,
  score float8 NOT NULL,
  PRIMARY KEY (tenant, entity)
);

-- Models trained on a tenant's past: the words of its reports.
CREATE TABLE insights.model (
  tenant text NOT NULL,
  name text NOT NULL,
  document jsonb NOT NULL,
  trained_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, name)
);
