-- A connection of a network server, in addition to the built-in ones: its secret, its topics and the format of its
-- messages.
CREATE TABLE iot.connection (
  id            text PRIMARY KEY,
  document      jsonb NOT NULL,
  -- Hash of the webhook's secret.
  secret_sha256 bytea,
  modified_at   timestamptz NOT NULL DEFAULT now()
);

-- FIWARE service groups. A key routes a measure before the tenant is known, so two groups can't share one.
CREATE TABLE iot.service_group (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  service     text NOT NULL,
  subservice  text NOT NULL,
  apikey      text NOT NULL,
  resource    text NOT NULL,
  document    jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  modified_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (apikey, resource)
);
CREATE INDEX service_group_path ON iot.service_group (service, subservice);

-- FIWARE devices. `apikey` is empty if the key of the group applies.
CREATE TABLE iot.agent_device (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  service     text NOT NULL,
  subservice  text NOT NULL,
  apikey      text NOT NULL,
  device_id   text NOT NULL,
  document    jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  modified_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (service, subservice, apikey, device_id)
);
CREATE INDEX agent_device_id ON iot.agent_device (device_id);

-- Where to send the downlinks of a LoRaWAN device, from its last uplink.
CREATE TABLE iot.downlink_route (
  dev_eui text PRIMARY KEY,
  lns     text NOT NULL,
  topic   text NOT NULL,
  f_port  integer
);

CREATE TABLE iot.command (
  id          uuid PRIMARY KEY,
  tenant      text NOT NULL,
  -- DevEUI, or `<apikey>/<device_id>` of a FIWARE device.
  device      text NOT NULL,
  entity_id   text NOT NULL,
  entity_type text NOT NULL,
  name        text NOT NULL,
  value       jsonb NOT NULL,
  state       text NOT NULL,
  info        jsonb,
  -- What is sent, and where. Built when the command is accepted, so that a restart sends the same.
  message     jsonb NOT NULL,
  batch       uuid,
  created_at  timestamptz NOT NULL DEFAULT now(),
  not_before  timestamptz NOT NULL DEFAULT now(),
  deadline    timestamptz NOT NULL,
  sent_at     timestamptz,
  done_at     timestamptz,
  -- The state that the entity shows.
  mirrored    text
);
CREATE INDEX command_open ON iot.command (device, created_at)
  WHERE state IN ('PENDING', 'QUEUED', 'SENT', 'DELIVERED', 'WAITING');
CREATE INDEX command_unmirrored ON iot.command (created_at) WHERE mirrored IS DISTINCT FROM state;
CREATE INDEX command_batch ON iot.command (batch) WHERE batch IS NOT NULL;

-- Who may connect to the embedded MQTT broker, and for which devices.
CREATE TABLE iot.mqtt_credential (
  username        text PRIMARY KEY,
  password_sha256 bytea NOT NULL,
  document        jsonb NOT NULL,
  modified_at     timestamptz NOT NULL DEFAULT now()
);
