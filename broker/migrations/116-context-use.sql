-- Which tenants have used a fetched @context: it is listed, told of, reloaded and deleted by them alone. Not by the column's
-- usual name, as a tenant that is emptied may use its @contexts on.
CREATE TABLE context_use (
  of_tenant text NOT NULL,
  local_id text NOT NULL,
  PRIMARY KEY (of_tenant, local_id)
);
CREATE INDEX context_use_local_id ON context_use (local_id);
INSERT INTO context_use (of_tenant, local_id) SELECT '', local_id FROM context WHERE kind = 'Cached';
