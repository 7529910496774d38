-- Files of what an operator has before them, and not of a dataset: seen by whoever asked for them alone.
ALTER TABLE opendata.prepared_file
  ALTER COLUMN dataset DROP NOT NULL,
  ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '',
  -- Who asked for it, as the audit names them.
  ADD COLUMN owner text COLLATE "C",
  ADD COLUMN name text,
  -- When it was last heard of: its process writes it while it lives.
  ADD COLUMN noted_at timestamptz NOT NULL DEFAULT now(),
  ADD CONSTRAINT prepared_file_kind CHECK ((dataset IS NULL) = (owner IS NOT NULL AND name IS NOT NULL)) NOT VALID;
