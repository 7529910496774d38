-- Who may do what. Every change raises the version in its own transaction, so that each process notices even where a
-- NOTIFY was lost.
CREATE TABLE access_version (version bigint NOT NULL);
INSERT INTO access_version VALUES (1);

-- Names in a document are IRIs.
CREATE TABLE access_policy (
  id text PRIMARY KEY,
  document jsonb NOT NULL,
  modified_at timestamptz NOT NULL DEFAULT now()
);

-- Of the key itself only its SHA-256 is kept; the id is the part of it that may be shown.
CREATE TABLE access_key (
  id text PRIMARY KEY,
  hash text NOT NULL,
  document jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz,
  last_used_at timestamptz
) WITH (fillfactor = 80);

-- Tokens of a subject that were issued before a moment count no more.
CREATE TABLE access_revocation (
  subject text PRIMARY KEY,
  before timestamptz NOT NULL
);

-- The keys that an issuer's tokens are verified with, for a start while it is down.
CREATE TABLE access_issuer (
  issuer text PRIMARY KEY,
  jwks jsonb NOT NULL,
  fetched_at timestamptz NOT NULL DEFAULT now()
);

-- How often a consumer may ask: "key:…", "client:…" or "anonymous", the last for each address.
CREATE TABLE access_limit (
  consumer text PRIMARY KEY,
  limits jsonb NOT NULL
);

-- What was asked within the windows of limits, all processes together. Lost with a crash, which does no harm.
CREATE UNLOGGED TABLE access_window (
  consumer text NOT NULL,
  per text NOT NULL,
  start timestamptz NOT NULL,
  requests bigint NOT NULL,
  PRIMARY KEY (consumer, per, start)
) WITH (fillfactor = 70);

CREATE TABLE access_usage (
  consumer text NOT NULL,
  hour timestamptz NOT NULL,
  requests bigint NOT NULL,
  refused bigint NOT NULL,
  limited bigint NOT NULL,
  PRIMARY KEY (consumer, hour)
) WITH (fillfactor = 70);

-- Whose rights a subscription is evaluated with; null: made while access was open, it sees everything.
ALTER TABLE subscription ADD COLUMN owner jsonb;
