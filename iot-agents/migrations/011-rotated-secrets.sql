-- A replaced secret stays valid until the end of its grace period.
ALTER TABLE iot.mqtt_credential
  ADD COLUMN previous_sha256 bytea,
  ADD COLUMN previous_until  timestamptz;
ALTER TABLE iot.connection
  ADD COLUMN previous_sha256 bytea,
  ADD COLUMN previous_until  timestamptz;
