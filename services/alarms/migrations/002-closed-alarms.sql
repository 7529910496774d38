-- Closed alarms by closing time: the oldest are removed. ISO 8601 UTC, which sorts as text.
CREATE INDEX record_closed ON alarms.record ((state ->> 'closedAt')) WHERE kind = 'alarm' AND state ? 'closedAt';
