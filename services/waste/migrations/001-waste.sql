CREATE SCHEMA waste;

-- A tenant's settings: shifts by commune, the depot, lorries, the hour of reminders.
CREATE TABLE waste.settings (
  tenant text PRIMARY KEY,
  document jsonb NOT NULL
);

-- The forecast of a container from its own history; renewed each hour.
CREATE TABLE waste.forecast (
  tenant text NOT NULL,
  container text NOT NULL,
  made_at timestamptz NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (tenant, container)
);

-- Planned rounds, what their drivers did, and the hash of the secret of the driver's page.
CREATE TABLE waste.round (
  tenant text NOT NULL,
  id text NOT NULL,
  day date NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  secret_hash text NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX round_day ON waste.round (tenant, day DESC);
CREATE UNIQUE INDEX round_secret ON waste.round (secret_hash);

CREATE TABLE waste.round_act (
  tenant text NOT NULL,
  round text NOT NULL,
  stop text NOT NULL,
  state text NOT NULL CHECK (state IN ('done', 'inaccessible', 'open')),
  note text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, round, stop),
  FOREIGN KEY (tenant, round) REFERENCES waste.round (tenant, id) ON DELETE CASCADE
);

-- Streets as a graph, if a site has provided them: GeoJSON.
CREATE TABLE waste.roads (
  tenant text PRIMARY KEY,
  document jsonb NOT NULL
);
