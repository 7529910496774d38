-- Hash of what the command attributes of the device's entity were created from; they are created again when it
-- changes.
ALTER TABLE iot.device ADD COLUMN offered text;
