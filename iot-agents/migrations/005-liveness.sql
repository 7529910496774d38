-- How often each device reports and by which gateway it was last heard best; written when either has changed.
CREATE TABLE iot.reception (
  dev_eui text PRIMARY KEY,
  every_s real,
  gateway text
) WITH (fillfactor = 70);

-- Devices that are silent, each with the alert that tells of it (its own, or its gateway's), and those that were until
-- now. What is not yet told to the broker is told at the next look.
CREATE TABLE iot.silence (
  dev_eui text PRIMARY KEY,
  tenant  text NOT NULL,
  since   timestamptz NOT NULL,
  alert   text NOT NULL,
  -- Of a gateway's alert.
  gateway text,
  ended   boolean NOT NULL DEFAULT false,
  told    boolean NOT NULL DEFAULT false
);
CREATE INDEX silence_untold ON iot.silence (dev_eui) WHERE NOT told;
