DROP INDEX iot.command_open;
CREATE INDEX command_open ON iot.command (device, created_at) WHERE done_at IS NULL;
-- A request is executed once, however often it arrives.
ALTER TABLE iot.command ADD COLUMN request_key text UNIQUE;
