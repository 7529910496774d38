-- Snapshots (5.16). What one holds is kept under `space`, in the columns called tenant of all other tables; a space has an @
-- in its name, which no tenant has. Here the tenant has another name, so that whatever is done to all rows of a tenant is
-- done knowingly to its snapshots.
CREATE TABLE snapshot (
  space text COLLATE "C" PRIMARY KEY,
  of_tenant text NOT NULL,
  id text NOT NULL,
  -- What its maker said of it, and the @context of its queries.
  document jsonb NOT NULL,
  -- Whose rights its queries are held to; NULL: everyone's.
  owner jsonb,
  -- The space that it is a copy of.
  source text COLLATE "C",
  status text NOT NULL,
  queries_details jsonb,
  temporal_queries_details jsonb,
  -- How often it was begun to be filled.
  fills integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  modified_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  -- It is no more; what it holds goes next, and then its row.
  deleted_at timestamptz
);
CREATE UNIQUE INDEX snapshot_id ON snapshot (of_tenant, id) WHERE deleted_at IS NULL;
CREATE INDEX snapshot_expiry ON snapshot (expires_at) WHERE deleted_at IS NULL;
CREATE INDEX snapshot_undone ON snapshot (created_at) WHERE status = 'preparing' OR deleted_at IS NOT NULL;

-- Notifications of snapshots (5.16.6) that are owed.
CREATE TABLE snapshot_notice (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint text NOT NULL,
  -- Pairs of key and value; secrets are sealed for the space.
  receiver_info jsonb NOT NULL,
  space text NOT NULL,
  headers jsonb NOT NULL,
  body jsonb NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX snapshot_notice_due ON snapshot_notice (due_at);
