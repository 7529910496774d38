-- The processes that serve this database. One whose lease has run out is taken for dead.
CREATE TABLE iot.agent_process (
  process     uuid PRIMARY KEY,
  -- Where its pid means something; null: nowhere.
  machine     text,
  pid         integer NOT NULL,
  lease_until timestamptz NOT NULL
);

-- Each device is of one partition, and one process delivers what is of a partition.
CREATE TABLE iot.inbox_partition (
  partition smallint PRIMARY KEY,
  process   uuid
);
INSERT INTO iot.inbox_partition (partition) SELECT generate_series(0, 63);

ALTER TABLE iot.inbox ADD COLUMN partition smallint NOT NULL DEFAULT 0;

-- The sessions that an MQTT broker elsewhere keeps for us, each served by one process.
CREATE TABLE iot.mqtt_session (
  client_id text PRIMARY KEY,
  process   uuid NOT NULL
);
