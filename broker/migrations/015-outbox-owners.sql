-- The processes that write to this database, each with a unique name. A process is alive while it holds the advisory
-- lock of its name.
CREATE TABLE broker_process (
  name text PRIMARY KEY,
  -- It has shut down cleanly: others can send its remaining entries at once.
  has_ended boolean NOT NULL DEFAULT false
);

-- The owner of a row sends it. Another process may send it only after the owner has ended; no lease can expire
-- earlier.
ALTER TABLE outbox ADD COLUMN owner text NOT NULL DEFAULT '';
UPDATE outbox SET owner = payload->>'by' WHERE payload ? 'by';
INSERT INTO broker_process (name) SELECT DISTINCT owner FROM outbox;
ALTER TABLE outbox DROP COLUMN leased_until;

-- The entity's version after the change. It orders notifications of one entity from two processes.
ALTER TABLE outbox ADD COLUMN version bigint NOT NULL DEFAULT 0;
ALTER TABLE outbox_dead ADD COLUMN version bigint NOT NULL DEFAULT 0;
CREATE INDEX outbox_entity ON outbox (tenant, subscription_id, entity_id);

-- The change that started the current throttling period of a subscription, and its notification.
ALTER TABLE subscription ADD COLUMN told_at timestamptz, ADD COLUMN told_entry uuid;
