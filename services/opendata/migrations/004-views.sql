-- Files of an operator's current view instead of a dataset: visible only to the person who requested them.
ALTER TABLE opendata.prepared_file
  ALTER COLUMN dataset DROP NOT NULL,
  ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '',
  -- Who requested it, as named in the audit.
  ADD COLUMN owner text COLLATE "C",
  ADD COLUMN name text,
  -- The last heartbeat of the process that writes it.
  ADD COLUMN noted_at timestamptz NOT NULL DEFAULT now(),
  ADD CONSTRAINT prepared_file_kind CHECK ((dataset IS NULL) = (owner IS NOT NULL AND name IS NOT NULL)) NOT VALID;
