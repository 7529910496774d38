CREATE SCHEMA reports;

-- The state of a ServiceRequest as this service decided it. The entity in the broker is written from it. It contains
-- nothing about the author except their text after a moderator has published it (in `state`); an erasure removes that
-- too.
CREATE TABLE reports.report (
  tenant text NOT NULL,
  id text NOT NULL,
  -- Hash of the sender and their Idempotency-Key, and hash of the request body.
  origin_key text NOT NULL,
  request_digest text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  state jsonb NOT NULL,
  -- Copied from `state` for searches.
  category text NOT NULL,
  commune text NOT NULL,
  status text NOT NULL,
  moderation text NOT NULL,
  longitude float8 NOT NULL,
  latitude float8 NOT NULL,
  requested_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- Since when the entity is outdated. NULL: it is up to date.
  writing_since timestamptz,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, origin_key)
);
CREATE INDEX report_place ON reports.report (tenant, longitude, latitude);
CREATE INDEX report_requested ON reports.report (tenant, requested_at DESC);
CREATE INDEX report_writing ON reports.report (writing_since) WHERE writing_since IS NOT NULL;

-- The author's data: separate, so that few can see it, pseudonymised after a year and erased on request.
CREATE TABLE reports.author (
  tenant text NOT NULL,
  report text NOT NULL,
  -- Name, e-mail and telephone, encrypted, and keyed hashes that find the author's reports.
  contact text,
  email_hash text,
  phone_hash text,
  device_hash text,
  address_hash text,
  language text NOT NULL DEFAULT 'fr',
  -- As they wrote it, before moderation.
  words jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  pseudonymised_at timestamptz,
  erased_at timestamptz,
  PRIMARY KEY (tenant, report),
  FOREIGN KEY (tenant, report) REFERENCES reports.report ON DELETE CASCADE
);
CREATE INDEX author_email ON reports.author (tenant, email_hash) WHERE email_hash IS NOT NULL;
CREATE INDEX author_phone ON reports.author (tenant, phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX author_pseudonymised ON reports.author (created_at) WHERE pseudonymised_at IS NULL;

-- The events of a report. `audience`: everybody, the desk, or the desk and the author.
CREATE TABLE reports.entry (
  tenant text NOT NULL,
  report text NOT NULL,
  n bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  act text NOT NULL,
  audience text NOT NULL CHECK (audience IN ('public', 'author', 'desk')),
  status text,
  text text,
  detail jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant, report, n),
  FOREIGN KEY (tenant, report) REFERENCES reports.report ON DELETE CASCADE
);
CREATE INDEX entry_public ON reports.entry (tenant, at) WHERE audience = 'public';

-- Devices that have the same problem: each once, as a keyed hash.
CREATE TABLE reports.supporter (
  tenant text NOT NULL,
  report text NOT NULL,
  device_hash text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, report, device_hash),
  FOREIGN KEY (tenant, report) REFERENCES reports.report ON DELETE CASCADE
);

-- What an administrator configures: categories, reply templates, settings. A row replaces the built-in value of its
-- id.
CREATE TABLE reports.document (
  tenant text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('category', 'template', 'settings')),
  id text NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (tenant, kind, id)
);

-- Keys with which others post reports (Open311): the hash of each.
CREATE TABLE reports.posting_key (
  tenant text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  digest text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  PRIMARY KEY (tenant, id)
);

-- Posts per hour by address, device or key; all as hashes.
CREATE TABLE reports.rate (
  subject text NOT NULL,
  hour timestamptz NOT NULL,
  n integer NOT NULL,
  PRIMARY KEY (subject, hour)
);

-- Proofs of work that were used.
CREATE TABLE reports.spent_proof (
  digest text PRIMARY KEY,
  expires_at timestamptz NOT NULL
);

-- Senders who are blocked until a given time.
CREATE TABLE reports.block (
  tenant text NOT NULL,
  id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('address', 'device', 'email')),
  hash text NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX block_hash ON reports.block (tenant, hash);

-- The key for hashes and links and the secret of our subscriptions: for all processes, encrypted.
CREATE TABLE reports.secret_key (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  sealed text NOT NULL
);
