CREATE SCHEMA publishing;

-- Content for citizens, including drafts. `owner` is a commune's slug; '' is the community.
CREATE TABLE publishing.item (
  tenant text NOT NULL,
  id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('news', 'event', 'alert', 'place', 'page', 'menu', 'poll')),
  owner text NOT NULL,
  document jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'ready', 'withdrawn')),
  publish_at timestamptz NOT NULL,
  expires_at timestamptz,
  -- When it happens, or the sort key.
  sort_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  -- The version that the entity shows. NULL: there is no entity.
  entity_version integer,
  -- Whether followers have been notified.
  told boolean NOT NULL DEFAULT false,
  author text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  modified_at timestamptz NOT NULL DEFAULT now(),
  -- Where it was imported from, and its id there.
  source text,
  source_id text,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX item_source ON publishing.item (tenant, source, source_id) WHERE source IS NOT NULL;
CREATE INDEX item_public ON publishing.item (tenant, kind, sort_at DESC) WHERE state = 'ready';
CREATE INDEX item_due ON publishing.item (publish_at) WHERE state = 'ready' AND entity_version IS NULL;
CREATE INDEX item_ending ON publishing.item (expires_at) WHERE entity_version IS NOT NULL;

-- Items of the community that a commune does not show.
CREATE TABLE publishing.declined (
  tenant text NOT NULL,
  item text NOT NULL,
  commune text NOT NULL,
  declined_by text NOT NULL,
  declined_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, item, commune),
  FOREIGN KEY (tenant, item) REFERENCES publishing.item ON DELETE CASCADE
);

-- One answer per device. The device is identified by a hash of its number and the poll's, so that answers to several
-- polls can't be linked.
CREATE TABLE publishing.poll_answer (
  tenant text NOT NULL,
  poll text NOT NULL,
  device_hash text NOT NULL,
  choice text NOT NULL,
  answered_on date NOT NULL DEFAULT current_date,
  PRIMARY KEY (tenant, poll, device_hash),
  FOREIGN KEY (tenant, poll) REFERENCES publishing.item ON DELETE CASCADE
);

-- Feeds that are polled.
CREATE TABLE publishing.feed (
  tenant text NOT NULL,
  id text NOT NULL,
  document jsonb NOT NULL,
  read_at timestamptz,
  outcome jsonb,
  PRIMARY KEY (tenant, id)
);

-- Devices that receive push messages. Nothing identifies their owner; the address is encrypted and looked up by its
-- hash.
CREATE TABLE publishing.endpoint (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  provider text NOT NULL CHECK (provider IN ('web', 'fcm', 'apns')),
  address_hash text NOT NULL,
  sealed text NOT NULL,
  secret_hash text NOT NULL,
  topics text[] NOT NULL,
  language text NOT NULL,
  -- Local minutes since midnight, between which only emergencies are sent.
  quiet_from smallint,
  quiet_to smallint,
  created_on date NOT NULL DEFAULT current_date,
  UNIQUE (tenant, address_hash)
);
CREATE INDEX endpoint_topics ON publishing.endpoint USING gin (topics);

-- Messages to followers, and how many of them push services accepted.
CREATE TABLE publishing.push_message (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  key text NOT NULL,
  topics text[] NOT NULL,
  urgency text NOT NULL,
  content jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  addressed integer NOT NULL DEFAULT 0,
  accepted integer NOT NULL DEFAULT 0,
  gone integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  UNIQUE (tenant, key)
);

-- Pending deliveries; a row is removed once it has an outcome.
CREATE TABLE publishing.push_delivery (
  message bigint NOT NULL REFERENCES publishing.push_message ON DELETE CASCADE,
  endpoint bigint NOT NULL REFERENCES publishing.endpoint ON DELETE CASCADE,
  due_at timestamptz NOT NULL,
  attempts smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (message, endpoint)
);
CREATE INDEX push_delivery_due ON publishing.push_delivery (due_at);
CREATE INDEX push_delivery_endpoint ON publishing.push_delivery (endpoint);

-- Firebase Cloud Messaging and Apple's push service, if an administrator has configured them.
CREATE TABLE publishing.push_provider (
  tenant text NOT NULL,
  name text NOT NULL CHECK (name IN ('fcm', 'apns')),
  sealed text NOT NULL,
  PRIMARY KEY (tenant, name)
);

-- The modules and languages of the citizens' app.
CREATE TABLE publishing.settings (
  tenant text PRIMARY KEY,
  document jsonb NOT NULL
);
