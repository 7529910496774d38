-- The terms of a tenant's installed models, served as @contexts. Each change is a new version; a version never
-- changes.
CREATE TABLE model_context (
  tenant text NOT NULL,
  version integer NOT NULL,
  document text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, version)
);
