-- Read from the broker, not told by a subscription: what was told before it may still be on its way.
ALTER TABLE rules.inbox ADD COLUMN is_read boolean NOT NULL DEFAULT false;

-- When the book last changed an alarm. How long ended ones are remembered counts from then: their own times may be long past.
ALTER TABLE rules.alarm ADD COLUMN kept_at timestamptz NOT NULL DEFAULT now();
DROP INDEX rules.alarm_turned;
CREATE INDEX alarm_kept ON rules.alarm (kept_at) WHERE NOT is_active;

-- What a subscription asks for, and the versions of the rules that have been followed from what was there.
ALTER TABLE rules.subscription
  ADD COLUMN shape text NOT NULL DEFAULT '',
  ADD COLUMN evaluation text NOT NULL DEFAULT '';
