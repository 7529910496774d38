-- When a subscription with a time interval is due next. The process that advances this time sends the notification;
-- no other does.
ALTER TABLE subscription ADD COLUMN next_interval_at timestamptz;
CREATE INDEX subscription_interval ON subscription (next_interval_at) WHERE next_interval_at IS NOT NULL;

-- A replayed notification keeps its id and its place in the order of its entity. Its age counts from the replay.
ALTER TABLE outbox ADD COLUMN replayed_at timestamptz;
ALTER TABLE subscription ADD COLUMN times_replayed bigint NOT NULL DEFAULT 0;
CREATE INDEX outbox_dead_died ON outbox_dead (tenant, died_at, id);
