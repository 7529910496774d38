-- Snapshots (5.16). Their data is stored under `space`, in the tenant columns of all other tables. The name of a
-- space contains an @, which no tenant name does. This table names its tenant column differently, so that operations
-- on all rows of a tenant include its snapshots only on purpose.
CREATE TABLE snapshot (
  space text COLLATE "C" PRIMARY KEY,
  of_tenant text NOT NULL,
  id text NOT NULL,
  -- The members that its creator set, and the @context of its queries.
  document jsonb NOT NULL,
  -- The principal whose rights apply to its queries. NULL: all rights.
  owner jsonb,
  -- The space that it was copied from.
  source text COLLATE "C",
  status text NOT NULL,
  queries_details jsonb,
  temporal_queries_details jsonb,
  -- How many times filling was started.
  fills integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  modified_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  -- Marked as deleted: its data is removed next, then its row.
  deleted_at timestamptz
);
CREATE UNIQUE INDEX snapshot_id ON snapshot (of_tenant, id) WHERE deleted_at IS NULL;
CREATE INDEX snapshot_expiry ON snapshot (expires_at) WHERE deleted_at IS NULL;
CREATE INDEX snapshot_undone ON snapshot (created_at) WHERE status = 'preparing' OR deleted_at IS NOT NULL;

-- Pending notifications of snapshots (5.16.6).
CREATE TABLE snapshot_notice (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint text NOT NULL,
  -- Pairs of key and value. Secrets are encrypted for the space.
  receiver_info jsonb NOT NULL,
  space text NOT NULL,
  headers jsonb NOT NULL,
  body jsonb NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX snapshot_notice_due ON snapshot_notice (due_at);
