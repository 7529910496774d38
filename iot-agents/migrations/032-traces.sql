-- The request id of a message or a command, so that it survives a restart.
ALTER TABLE iot.inbox ADD COLUMN trace text;
ALTER TABLE iot.command ADD COLUMN trace text;
