-- Alarms that are done with, by when they were closed: the oldest are forgotten. ISO 8601 UTC, which sorts as text.
CREATE INDEX record_closed ON alarms.record ((state ->> 'closedAt')) WHERE kind = 'alarm' AND state ? 'closedAt';
