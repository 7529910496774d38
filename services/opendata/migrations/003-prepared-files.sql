-- Files prepared in the background and kept for a day: large ones, and those with visible progress.
CREATE TABLE opendata.prepared_file (
  id text COLLATE "C" PRIMARY KEY,
  dataset text COLLATE "C" NOT NULL REFERENCES opendata.dataset ON DELETE CASCADE,
  format text NOT NULL,
  -- The request's query parameters.
  query jsonb NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  asked_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  -- Rows written so far, and the total.
  written_rows bigint NOT NULL DEFAULT 0,
  all_rows bigint,
  bytes bigint NOT NULL DEFAULT 0,
  fault text
);
CREATE TABLE opendata.prepared_part (
  file text COLLATE "C" NOT NULL REFERENCES opendata.prepared_file ON DELETE CASCADE,
  position integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (file, position)
);
ALTER TABLE opendata.prepared_part ALTER COLUMN bytes SET STORAGE EXTERNAL;
