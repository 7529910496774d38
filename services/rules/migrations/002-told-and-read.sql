-- Read from the broker, not received in a notification: an earlier notification may still arrive.
ALTER TABLE rules.inbox ADD COLUMN is_read boolean NOT NULL DEFAULT false;

-- When the alarm book last changed an alarm. Ended alarms are kept for a time from then, because their own times may
-- be long past.
ALTER TABLE rules.alarm ADD COLUMN kept_at timestamptz NOT NULL DEFAULT now();
DROP INDEX rules.alarm_turned;
CREATE INDEX alarm_kept ON rules.alarm (kept_at) WHERE NOT is_active;

-- What a subscription asks for, and the versions of the rules that have been evaluated on the existing entities.
ALTER TABLE rules.subscription
  ADD COLUMN shape text NOT NULL DEFAULT '',
  ADD COLUMN evaluation text NOT NULL DEFAULT '';
