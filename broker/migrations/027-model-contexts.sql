-- The terms of the models that a tenant has installed, as @contexts that are served: each change is a new version, and a
-- version never changes.
CREATE TABLE model_context (
  tenant text NOT NULL,
  version integer NOT NULL,
  document text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, version)
);
