-- Files that are prepared in the background, for a day: large ones, and such of which progress is to be seen.
CREATE TABLE opendata.prepared_file (
  id text COLLATE "C" PRIMARY KEY,
  dataset text COLLATE "C" NOT NULL REFERENCES opendata.dataset ON DELETE CASCADE,
  format text NOT NULL,
  -- As it was asked: the parameters of the address.
  query jsonb NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  asked_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  -- Written so far, and how many there are to write.
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
