-- A subscription as its client wrote it, with the IRIs of the terms in it: loading it needs no @context.
-- The counters change with every notification: no index on them and room in the page keep those updates HOT.
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

-- Whoever wrote or took a row sends it; when it dies, the lease runs out and another may take the row.
ALTER TABLE outbox ADD COLUMN leased_until timestamptz NOT NULL DEFAULT now() + interval '30 seconds';

-- What is owed to the subscriptions of one endpoint is read back in order.
CREATE INDEX outbox_subscription ON outbox (tenant, subscription_id, id);

-- Rows are taken by subscription, not by time; without it, failed attempts are noted in place.
DROP INDEX outbox_due;
