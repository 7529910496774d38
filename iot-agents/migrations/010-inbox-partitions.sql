-- The processes that serve this database. A process whose lease has expired is considered dead.
CREATE TABLE iot.agent_process (
  process     uuid PRIMARY KEY,
  -- The machine on which its pid is meaningful. NULL: none.
  machine     text,
  pid         integer NOT NULL,
  lease_until timestamptz NOT NULL
);

-- Each device belongs to one partition, and one process delivers the messages of a partition.
CREATE TABLE iot.inbox_partition (
  partition smallint PRIMARY KEY,
  process   uuid
);
INSERT INTO iot.inbox_partition (partition) SELECT generate_series(0, 63);

ALTER TABLE iot.inbox ADD COLUMN partition smallint NOT NULL DEFAULT 0;

-- The sessions that external MQTT brokers keep for us, each served by one process.
CREATE TABLE iot.mqtt_session (
  client_id text PRIMARY KEY,
  process   uuid NOT NULL
);
