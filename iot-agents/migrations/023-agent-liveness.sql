-- FIWARE's devices are watched as LoRaWAN's are. When they were last heard is written here now and then, under their key and
-- id, with what is told of them: tenant, subservice, deviceId, kind, entity, asset, silentAfterS.
ALTER TABLE iot.reception ADD COLUMN last_seen_at timestamptz;
ALTER TABLE iot.reception ADD COLUMN agent jsonb;

-- What people call the device, and its Device and asset.
ALTER TABLE iot.silence ADD COLUMN name text;
ALTER TABLE iot.silence ADD COLUMN entity text;
ALTER TABLE iot.silence ADD COLUMN asset text;
-- Alerts that stood for it before this one, and are over when this one is told.
ALTER TABLE iot.silence ADD COLUMN superseded text[] NOT NULL DEFAULT '{}';
-- It was deleted while it was silent.
ALTER TABLE iot.silence ADD COLUMN gone boolean NOT NULL DEFAULT false;
