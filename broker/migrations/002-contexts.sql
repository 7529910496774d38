-- JSON-LD contexts: those a client gave us to host, those made for an inline @context, and copies of fetched documents.
-- Fetched ones belong to nobody: their tenant is ''.
CREATE TABLE context (
  tenant text NOT NULL,
  -- The last segment of its path under /jsonldContexts.
  local_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('Cached', 'Hosted', 'ImplicitlyCreated')),
  -- Where a Cached one comes from.
  url text,
  -- Where redirects led from there: what relative references in it start from.
  base text,
  -- JSON of the value of its @context.
  document text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Of a Cached one: after this it is fetched anew.
  expires_at timestamptz,
  PRIMARY KEY (tenant, local_id)
);
