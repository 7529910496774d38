-- JSON-LD contexts: hosted for a client, created for an inline @context, or copies of fetched documents. Fetched ones
-- belong to no tenant: their tenant is ''.
CREATE TABLE context (
  tenant text NOT NULL,
  -- The last segment of its path under /jsonldContexts.
  local_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('Cached', 'Hosted', 'ImplicitlyCreated')),
  -- The URL that a Cached one was fetched from.
  url text,
  -- The URL after redirects, against which its relative references are resolved.
  base text,
  -- The value of its @context, as JSON.
  document text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- A Cached one is fetched again after this time.
  expires_at timestamptz,
  PRIMARY KEY (tenant, local_id)
);
