-- The commands of a device by name, for each answer.
CREATE INDEX CONCURRENTLY command_of_device ON iot.command (device, name, sent_at);
