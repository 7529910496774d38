-- FIWARE devices are monitored like LoRaWAN devices. The time of their last message is written from time to time,
-- under their key and id. `agent` holds tenant, subservice, deviceId, kind, entity, asset, silentAfterS.
ALTER TABLE iot.reception ADD COLUMN last_seen_at timestamptz;
ALTER TABLE iot.reception ADD COLUMN agent jsonb;

-- The device's display name, its Device and its asset.
ALTER TABLE iot.silence ADD COLUMN name text;
ALTER TABLE iot.silence ADD COLUMN entity text;
ALTER TABLE iot.silence ADD COLUMN asset text;
-- Earlier alerts of the same device. They end when this one is reported.
ALTER TABLE iot.silence ADD COLUMN superseded text[] NOT NULL DEFAULT '{}';
-- Whether it was deleted while it was silent.
ALTER TABLE iot.silence ADD COLUMN gone boolean NOT NULL DEFAULT false;
