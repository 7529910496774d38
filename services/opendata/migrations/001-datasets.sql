CREATE SCHEMA opendata;

CREATE TABLE opendata.dataset (
  id text COLLATE "C" PRIMARY KEY,
  definition jsonb NOT NULL,
  -- draft: visible only to operators; published; withdrawn: its identifier is kept and answers that it was withdrawn
  state text NOT NULL CHECK (state IN ('draft', 'published', 'withdrawn')),
  created_at timestamptz NOT NULL DEFAULT now(),
  issued_at timestamptz,
  withdrawn_at timestamptz,
  refreshed_at timestamptz,
  next_refresh_at timestamptz,
  -- Why the last refresh failed.
  fault text,
  -- The features that are shown; 0: none yet. A refresh writes the next generation beside them.
  generation bigint NOT NULL DEFAULT 0,
  -- Of the features shown: their digest, count, bounding box and time range.
  digest text,
  feature_count bigint NOT NULL DEFAULT 0,
  bbox float8[],
  starts_at timestamptz,
  ends_at timestamptz,
  schema_faults jsonb
);
CREATE SEQUENCE opendata.generation AS bigint;

-- All data that is published, and nothing else: every public endpoint reads only these rows.
CREATE TABLE opendata.feature (
  dataset text COLLATE "C" NOT NULL REFERENCES opendata.dataset ON DELETE CASCADE,
  generation bigint NOT NULL,
  id text COLLATE "C" NOT NULL,
  -- A member for each column of the dataset that has a value of the column's kind.
  properties jsonb NOT NULL,
  geometry geometry(Geometry, 4326),
  -- The time of the data.
  at timestamptz,
  PRIMARY KEY (dataset, generation, id)
);
CREATE INDEX feature_geometry ON opendata.feature USING gist (geometry);
CREATE INDEX feature_at ON opendata.feature (dataset, generation, at);

-- Files of datasets that are too large to be written during a request.
CREATE TABLE opendata.export_file (
  dataset text COLLATE "C" NOT NULL REFERENCES opendata.dataset ON DELETE CASCADE,
  format text NOT NULL,
  generation bigint NOT NULL,
  written_rows bigint NOT NULL DEFAULT 0,
  bytes bigint,
  finished_at timestamptz,
  PRIMARY KEY (dataset, format, generation)
);
CREATE TABLE opendata.export_part (
  dataset text COLLATE "C" NOT NULL,
  format text NOT NULL,
  generation bigint NOT NULL,
  position integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (dataset, format, generation, position),
  FOREIGN KEY (dataset, format, generation) REFERENCES opendata.export_file ON DELETE CASCADE
);
