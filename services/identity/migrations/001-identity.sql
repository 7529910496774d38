CREATE SCHEMA identity;

-- The key that encrypts secrets if SECRET_KEY is not set.
CREATE TABLE identity.secret_key (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  key text NOT NULL
);

-- Sessions, grants, codes and tokens of the provider. Both ids and payloads are as sensitive as passwords: ids are
-- hashed and payloads encrypted.
CREATE TABLE identity.record (
  model text NOT NULL,
  id text NOT NULL,
  payload text NOT NULL,
  grant_id text,
  user_code text,
  uid text,
  account text,
  client text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  consumed_at timestamptz,
  PRIMARY KEY (model, id)
);
CREATE INDEX record_grant ON identity.record (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX record_user_code ON identity.record (user_code) WHERE user_code IS NOT NULL;
CREATE INDEX record_uid ON identity.record (uid) WHERE uid IS NOT NULL;
CREATE INDEX record_account ON identity.record (account) WHERE account IS NOT NULL;
CREATE INDEX record_expiry ON identity.record (expires_at);

CREATE TABLE identity.signing_key (
  kid text PRIMARY KEY,
  private_jwk text NOT NULL, -- encrypted
  created_at timestamptz NOT NULL DEFAULT now(),
  -- It signs from this time. Before, it is only published, so that clients that cache keys have it in time.
  active_from timestamptz NOT NULL,
  -- Its signatures are accepted until this time.
  retired_at timestamptz
);

CREATE TABLE identity.organisation (
  id text PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('intercommunality', 'commune', 'contractor', 'other')),
  parent text REFERENCES identity.organisation
);

CREATE TABLE identity.role (
  id text PRIMARY KEY,
  description text NOT NULL DEFAULT ''
);

CREATE TABLE identity.user_group (
  id text PRIMARY KEY,
  name text NOT NULL,
  roles text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE identity.account (
  id text PRIMARY KEY,
  username text NOT NULL UNIQUE CHECK (username = lower(username)),
  email text,
  email_verified boolean NOT NULL DEFAULT false,
  given_name text NOT NULL DEFAULT '',
  family_name text NOT NULL DEFAULT '',
  language text NOT NULL DEFAULT 'fr',
  organisation text REFERENCES identity.organisation,
  roles text[] NOT NULL DEFAULT '{}',
  groups text[] NOT NULL DEFAULT '{}',
  password text, -- scrypt, with its parameters
  password_changed_at timestamptz,
  must_change_password boolean NOT NULL DEFAULT false,
  totp_secret text, -- encrypted
  totp_step bigint, -- the time step of the last accepted code: no code is accepted twice
  -- Its source: 'local', 'directory:…', 'provider:…'
  source text NOT NULL DEFAULT 'local',
  distinguished_name text,
  enabled boolean NOT NULL DEFAULT true,
  is_break_glass boolean NOT NULL DEFAULT false,
  expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  modified_at timestamptz NOT NULL DEFAULT now(),
  last_sign_in_at timestamptz
);
CREATE UNIQUE INDEX account_email ON identity.account (lower(email)) WHERE email IS NOT NULL;

CREATE TABLE identity.passkey (
  id text PRIMARY KEY,
  account text NOT NULL REFERENCES identity.account ON DELETE CASCADE,
  name text NOT NULL,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  transports text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz
);

-- An account at an external provider that is used to sign in here.
CREATE TABLE identity.external_account (
  provider text NOT NULL,
  subject text NOT NULL,
  account text NOT NULL REFERENCES identity.account ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (provider, subject)
);

CREATE TABLE identity.client (
  id text PRIMARY KEY,
  name text NOT NULL,
  metadata jsonb NOT NULL, -- OpenID Connect client metadata
  secret_hash text,
  roles text[] NOT NULL DEFAULT '{}',
  groups text[] NOT NULL DEFAULT '{}',
  organisation text REFERENCES identity.organisation,
  enabled boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- The progress of a sign-in: the account whose password was accepted and whose second factor is pending, and the
-- challenge.
CREATE TABLE identity.sign_in (
  interaction text PRIMARY KEY,
  account text REFERENCES identity.account ON DELETE CASCADE,
  amr text[] NOT NULL DEFAULT '{}',
  challenge text,
  secret text, -- encrypted: of an enrolment, or expected back from an external provider
  expires_at timestamptz NOT NULL
);

-- Links sent by e-mail. Only the hash of the link's token is stored.
CREATE TABLE identity.one_time_token (
  hash text PRIMARY KEY,
  account text NOT NULL REFERENCES identity.account ON DELETE CASCADE,
  purpose text NOT NULL CHECK (purpose IN ('reset', 'verify')),
  email text,
  expires_at timestamptz NOT NULL
);

-- Recent failures by account and by address.
CREATE TABLE identity.throttle (
  key text PRIMARY KEY,
  failures integer NOT NULL,
  last_at timestamptz NOT NULL,
  blocked_until timestamptz
);

CREATE TABLE identity.event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  kind text NOT NULL,
  account text,
  client text,
  address text,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX event_account ON identity.event (account, at);
CREATE INDEX event_at ON identity.event USING brin (at);

CREATE TABLE identity.external_provider (
  name text PRIMARY KEY,
  title text NOT NULL,
  issuer text NOT NULL,
  client_id text NOT NULL,
  client_secret text, -- encrypted
  settings jsonb NOT NULL DEFAULT '{}',
  enabled boolean NOT NULL DEFAULT true
);

CREATE TABLE identity.directory (
  name text PRIMARY KEY,
  url text NOT NULL,
  bind_dn text NOT NULL DEFAULT '',
  bind_password text, -- encrypted
  base_dn text NOT NULL,
  settings jsonb NOT NULL DEFAULT '{}',
  enabled boolean NOT NULL DEFAULT true
);

CREATE TABLE identity.retention (
  subject text PRIMARY KEY CHECK (subject IN ('events', 'throttles', 'unused-accounts')),
  days integer NOT NULL CHECK (days BETWEEN 1 AND 3650)
);
INSERT INTO identity.retention VALUES ('events', 365), ('throttles', 1), ('unused-accounts', 1095);

-- The register of processing (GDPR, article 30), as a controller words it.
CREATE TABLE identity.processing (
  id text PRIMARY KEY,
  entry jsonb NOT NULL
);
