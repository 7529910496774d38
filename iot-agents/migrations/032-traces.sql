-- The request id that a message or a command belongs to, so that it is known after a restart.
ALTER TABLE iot.inbox ADD COLUMN trace text;
ALTER TABLE iot.command ADD COLUMN trace text;
