-- Access control. Every change raises the version in its transaction, so that each process notices it even if a
-- NOTIFY was lost.
CREATE TABLE access_version (version bigint NOT NULL);
INSERT INTO access_version VALUES (1);

-- Names in the document are IRIs.
CREATE TABLE access_policy (
  id text PRIMARY KEY,
  document jsonb NOT NULL,
  modified_at timestamptz NOT NULL DEFAULT now()
);

-- Only the SHA-256 of the key is stored. The id is the part of the key that may be shown.
CREATE TABLE access_key (
  id text PRIMARY KEY,
  hash text NOT NULL,
  document jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz,
  last_used_at timestamptz
) WITH (fillfactor = 80);

-- Tokens of a subject that were issued before this time are revoked.
CREATE TABLE access_revocation (
  subject text PRIMARY KEY,
  before timestamptz NOT NULL
);

-- The keys that verify an issuer's tokens, for a start while the issuer is down.
CREATE TABLE access_issuer (
  issuer text PRIMARY KEY,
  jwks jsonb NOT NULL,
  fetched_at timestamptz NOT NULL DEFAULT now()
);

-- Rate limits of a consumer: "key:…", "client:…" or "anonymous", the last for each address.
CREATE TABLE access_limit (
  consumer text PRIMARY KEY,
  limits jsonb NOT NULL
);

-- Requests within the windows of the limits, over all processes. A crash loses them, which does no harm.
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

-- The principal whose rights apply to a subscription. NULL: created while access was open, it sees everything.
ALTER TABLE subscription ADD COLUMN owner jsonb;
