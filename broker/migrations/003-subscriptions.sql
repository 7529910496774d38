-- A subscription as its client wrote it, and the IRIs of its terms, so that no @context is needed to load it. The
-- counters change with every notification. They have no index and pages keep free space, so that those updates stay
-- HOT.
CREATE TABLE subscription (
  tenant text NOT NULL,
  id text NOT NULL,
  document jsonb NOT NULL,
  names jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  modified_at timestamptz NOT NULL,
  times_sent bigint NOT NULL DEFAULT 0,
  times_failed bigint NOT NULL DEFAULT 0,
  last_notification timestamptz,
  last_success timestamptz,
  last_failure timestamptz,
  PRIMARY KEY (tenant, id)
) WITH (fillfactor = 70);

-- The process that wrote or leased a row sends it. When that process dies, the lease expires and another process can
-- take the row.
ALTER TABLE outbox ADD COLUMN leased_until timestamptz NOT NULL DEFAULT now() + interval '30 seconds';

-- Pending notifications of an endpoint are read in order.
CREATE INDEX outbox_subscription ON outbox (tenant, subscription_id, id);

-- Rows are selected by subscription, not by time. Without this index, a failed attempt is a HOT update.
DROP INDEX outbox_due;
