CREATE SCHEMA territory;

-- Raised by each change of any collectivity, so that processes find what is new to them.
CREATE SEQUENCE territory.revision;

-- What makes a tenant a collectivity: what every process keeps in memory.
CREATE TABLE territory.collectivity (
  tenant text PRIMARY KEY,
  version integer NOT NULL,
  revision bigint NOT NULL,
  document jsonb NOT NULL,
  -- West, south, east, north of its boundaries.
  bbox float8[] NOT NULL,
  founded_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- Boundaries and streets (GeoJSON, gzip), which only maps need. `hash` names their content.
CREATE TABLE territory.shape (
  tenant text NOT NULL REFERENCES territory.collectivity ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('boundaries', 'streets')),
  hash text NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (tenant, kind)
);

-- A host belongs to one collectivity. The first is where its links lead.
CREATE TABLE territory.host (
  host text PRIMARY KEY,
  tenant text NOT NULL REFERENCES territory.collectivity ON DELETE CASCADE,
  place integer NOT NULL
);
CREATE INDEX host_by_tenant ON territory.host (tenant);

-- Each version, with who made it.
CREATE TABLE territory.version (
  tenant text NOT NULL REFERENCES territory.collectivity ON DELETE CASCADE,
  version integer NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  changed_by text NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (tenant, version)
);
