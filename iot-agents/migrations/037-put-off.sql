-- The tenant whose node is away: the message is not taken until the node answers.
-- few rows: iot.inbox
ALTER TABLE iot.inbox ADD COLUMN waits_for text;
CREATE INDEX inbox_put_off ON iot.inbox (waits_for, id) WHERE waits_for IS NOT NULL;
