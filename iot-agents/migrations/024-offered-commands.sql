-- For which commands the device's asset has attributes to write: as things stood when it was given them.
ALTER TABLE iot.device ADD COLUMN offered text;
