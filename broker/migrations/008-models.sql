-- Models of entity types installed at run time, in addition to those of the product.
CREATE TABLE model (
  tenant text NOT NULL,
  iri text NOT NULL,
  document jsonb NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, iri)
);

-- Whether writes are validated against their models, by tenant and type. Type '' applies to all types without their
-- own row.
CREATE TABLE model_policy (
  tenant text NOT NULL,
  type text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('off', 'warn', 'reject')),
  PRIMARY KEY (tenant, type)
);
