-- Pages of the portal with their filters, under a name.
CREATE TABLE dashboards.view (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  document jsonb NOT NULL,
  -- The person, or the key or program that saved it.
  author text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);
