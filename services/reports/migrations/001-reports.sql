CREATE SCHEMA reports;

-- What a ServiceRequest is by our own decisions; the entity in the broker is written from it. Nothing here names its
-- author but what the author wrote and a moderator has made public (in `state`), which an erase takes out.
CREATE TABLE reports.report (
  tenant text NOT NULL,
  id text NOT NULL,
  -- Hash of who posted it and of their Idempotency-Key; and of what they sent with it.
  origin_key text NOT NULL,
  request_digest text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  state jsonb NOT NULL,
  -- Out of `state`, to be searched by.
  category text NOT NULL,
  commune text NOT NULL,
  status text NOT NULL,
  moderation text NOT NULL,
  longitude float8 NOT NULL,
  latitude float8 NOT NULL,
  requested_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- Since when the entity is behind; NULL: it is as the report says.
  writing_since timestamptz,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, origin_key)
);
CREATE INDEX report_place ON reports.report (tenant, longitude, latitude);
CREATE INDEX report_requested ON reports.report (tenant, requested_at DESC);
CREATE INDEX report_writing ON reports.report (writing_since) WHERE writing_since IS NOT NULL;

-- What comes from the author: apart, so that it can be shown to few, pseudonymised after a year and erased on request.
CREATE TABLE reports.author (
  tenant text NOT NULL,
  report text NOT NULL,
  -- Name, e-mail and telephone, encrypted; and keyed hashes by which the author's reports are found.
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

-- What happened to a report. `audience`: everybody, the desk, or the desk and the author.
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

-- Devices that have the same problem: by a keyed hash, each once.
CREATE TABLE reports.supporter (
  tenant text NOT NULL,
  report text NOT NULL,
  device_hash text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, report, device_hash),
  FOREIGN KEY (tenant, report) REFERENCES reports.report ON DELETE CASCADE
);

-- What an administrator sets: categories, reply templates, settings. A row is in place of the built-in value of its id.
CREATE TABLE reports.document (
  tenant text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('category', 'template', 'settings')),
  id text NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (tenant, kind, id)
);

-- Keys by which others post reports (Open311): the hash of each.
CREATE TABLE reports.posting_key (
  tenant text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  digest text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  PRIMARY KEY (tenant, id)
);

-- Posts in an hour by an address, a device or a key; all as hashes.
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

-- Who may post nothing until a time.
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

-- What hashes and links are keyed with, and what our subscriptions show: for all processes, encrypted.
CREATE TABLE reports.secret_key (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  sealed text NOT NULL
);
