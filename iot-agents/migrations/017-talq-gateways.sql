-- The state of a TALQ gateway's devices, needed to interpret a report of a single value, and the gateway's
-- capabilities.
CREATE TABLE iot.talq_device (
  source   text NOT NULL REFERENCES iot.source (id) ON DELETE CASCADE,
  -- UUID in lower case.
  address  text NOT NULL,
  document jsonb NOT NULL,
  -- Whether its lamp has the attribute that requests an override.
  offered  boolean NOT NULL DEFAULT false,
  PRIMARY KEY (source, address)
);
CREATE INDEX talq_device_unoffered ON iot.talq_device (source) WHERE NOT offered;

CREATE TABLE iot.talq_gateway (
  source         text PRIMARY KEY REFERENCES iot.source (id) ON DELETE CASCADE,
  services       jsonb NOT NULL DEFAULT '[]',
  device_classes jsonb NOT NULL DEFAULT '[]',
  groups         jsonb NOT NULL DEFAULT '[]',
  -- When it last called us. NULL: never.
  heard_at       timestamptz
);
