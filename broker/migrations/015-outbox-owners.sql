-- The processes that write on this database, each by a name of its own: whoever holds the name's advisory lock is alive.
CREATE TABLE broker_process (
  name text PRIMARY KEY,
  -- It has ended in good order: others need not wait to send what it left.
  has_ended boolean NOT NULL DEFAULT false
);

-- A row is its owner's to send, and another's only once the owner is no more: no lease runs out in between.
ALTER TABLE outbox ADD COLUMN owner text NOT NULL DEFAULT '';
UPDATE outbox SET owner = payload->>'by' WHERE payload ? 'by';
INSERT INTO broker_process (name) SELECT DISTINCT owner FROM outbox;
ALTER TABLE outbox DROP COLUMN leased_until;

-- Of the entity, as the change left it: tells which of two processes' notifications of an entity comes first.
ALTER TABLE outbox ADD COLUMN version bigint NOT NULL DEFAULT 0;
ALTER TABLE outbox_dead ADD COLUMN version bigint NOT NULL DEFAULT 0;
CREATE INDEX outbox_entity ON outbox (tenant, subscription_id, entity_id);

-- The change that opened the present pause of a throttled subscription, and its notification.
ALTER TABLE subscription ADD COLUMN told_at timestamptz, ADD COLUMN told_entry uuid;
