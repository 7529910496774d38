-- A secret that has been replaced stands until the end of its grace.
ALTER TABLE iot.mqtt_credential
  ADD COLUMN previous_sha256 bytea,
  ADD COLUMN previous_until  timestamptz;
ALTER TABLE iot.connection
  ADD COLUMN previous_sha256 bytea,
  ADD COLUMN previous_until  timestamptz;
