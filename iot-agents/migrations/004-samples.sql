-- The last frames of each profile's devices, to test a new codec or mapping before it is saved.
CREATE TABLE iot.sample (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  profile     text NOT NULL,
  dev_eui     text NOT NULL,
  received_at timestamptz NOT NULL,
  topic       text NOT NULL,
  body        bytea NOT NULL
);
CREATE INDEX sample_profile ON iot.sample (profile, id);
