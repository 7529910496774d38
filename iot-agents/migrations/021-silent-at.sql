-- Since when a device counts as silent. Its entities change with this time.
ALTER TABLE iot.silence ADD COLUMN silent_at timestamptz NOT NULL DEFAULT now();
