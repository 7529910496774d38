-- From when on a device counted as silent: what its entities become then is of that moment.
ALTER TABLE iot.silence ADD COLUMN silent_at timestamptz NOT NULL DEFAULT now();
