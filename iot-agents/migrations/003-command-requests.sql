DROP INDEX iot.command_open;
CREATE INDEX command_open ON iot.command (device, created_at) WHERE done_at IS NULL;
-- What was asked for once is done once, however often the request arrives.
ALTER TABLE iot.command ADD COLUMN request_key text UNIQUE;
