-- How often each device reports, and the gateway with its best recent reception. Written when either has changed.
CREATE TABLE iot.reception (
  dev_eui text PRIMARY KEY,
  every_s real,
  gateway text
) WITH (fillfactor = 70);

-- Devices that are silent, each with its alert (its own or that of its gateway), and those that have just reported
-- again. Rows that were not sent to the broker are sent at the next check.
CREATE TABLE iot.silence (
  dev_eui text PRIMARY KEY,
  tenant  text NOT NULL,
  since   timestamptz NOT NULL,
  alert   text NOT NULL,
  -- The gateway, if it is a gateway's alert.
  gateway text,
  ended   boolean NOT NULL DEFAULT false,
  told    boolean NOT NULL DEFAULT false
);
CREATE INDEX silence_untold ON iot.silence (dev_eui) WHERE NOT told;
