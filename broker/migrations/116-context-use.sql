-- Which tenants have used a fetched @context: only they can list, read, reload and delete it. The column is not
-- called tenant, because a tenant that is emptied may continue to use its @contexts.
CREATE TABLE context_use (
  of_tenant text NOT NULL,
  local_id text NOT NULL,
  PRIMARY KEY (of_tenant, local_id)
);
CREATE INDEX context_use_local_id ON context_use (local_id);
INSERT INTO context_use (of_tenant, local_id) SELECT '', local_id FROM context WHERE kind = 'Cached';
