-- Models of entity types installed at run time, beside those that come with the product.
CREATE TABLE model (
  tenant text NOT NULL,
  iri text NOT NULL,
  document jsonb NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, iri)
);

-- Whether writes are held to their models, by tenant and type; type '' speaks for all that have no line of their own.
CREATE TABLE model_policy (
  tenant text NOT NULL,
  type text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('off', 'warn', 'reject')),
  PRIMARY KEY (tenant, type)
);
