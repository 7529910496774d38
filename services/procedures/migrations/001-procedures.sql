CREATE SCHEMA procedures;

-- Procedures as documents. A published version is never changed: dossiers keep theirs.
CREATE TABLE procedures.version (
  tenant text NOT NULL,
  id text NOT NULL,
  version integer NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'published', 'archived')),
  document jsonb NOT NULL,
  saved_at timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz,
  PRIMARY KEY (tenant, id, version)
);
CREATE UNIQUE INDEX version_draft ON procedures.version (tenant, id) WHERE state = 'draft';
CREATE UNIQUE INDEX version_published ON procedures.version (tenant, id) WHERE state = 'published';

-- The state of a dossier. It contains nothing about the sender: that is in procedures.sender and procedures.event.
CREATE TABLE procedures.dossier (
  tenant text NOT NULL,
  id text NOT NULL,
  -- Hash of the sender's Idempotency-Key, and hash of the request body.
  origin_key text NOT NULL,
  request_digest text NOT NULL,
  procedure text NOT NULL,
  procedure_version integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  state jsonb NOT NULL,
  -- Copied from `state` for searches.
  kind text NOT NULL,
  commune text,
  due_on date,
  -- The day on which silence decides. NULL: it does not, or not now.
  silent_on date,
  sent_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  closed_at timestamptz,
  -- When the personal data are to be erased. NULL: the dossier is open, or they were.
  forget_at timestamptz,
  -- Since when the entity is outdated. NULL: it is up to date.
  writing_since timestamptz,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, origin_key)
);
CREATE INDEX dossier_due ON procedures.dossier (tenant, due_on) WHERE kind = 'open';
CREATE INDEX dossier_silent ON procedures.dossier (silent_on) WHERE silent_on IS NOT NULL;
CREATE INDEX dossier_sent ON procedures.dossier (tenant, sent_at DESC);
CREATE INDEX dossier_forget ON procedures.dossier (forget_at) WHERE forget_at IS NOT NULL;
CREATE INDEX dossier_writing ON procedures.dossier (writing_since) WHERE writing_since IS NOT NULL;

-- Who sent it, and the answers: encrypted, and deleted after the legal time or on request.
CREATE TABLE procedures.sender (
  tenant text NOT NULL,
  dossier text NOT NULL,
  sealed text NOT NULL,
  language text NOT NULL,
  PRIMARY KEY (tenant, dossier),
  FOREIGN KEY (tenant, dossier) REFERENCES procedures.dossier ON DELETE CASCADE
);

-- The events of a dossier. Texts and names of files are encrypted, and deleted with the sender.
CREATE TABLE procedures.event (
  tenant text NOT NULL,
  dossier text NOT NULL,
  n bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL,
  by text NOT NULL CHECK (by IN ('sender', 'desk', 'product')),
  act text NOT NULL,
  state text,
  who text,
  sealed text,
  -- The client's key of a message: the same key adds it once.
  key text,
  PRIMARY KEY (tenant, dossier, n),
  UNIQUE (tenant, dossier, key),
  FOREIGN KEY (tenant, dossier) REFERENCES procedures.dossier ON DELETE CASCADE
);

-- What can be booked.
CREATE TABLE procedures.resource (
  tenant text NOT NULL,
  id text NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (tenant, id)
);

-- How much of a slot is taken. A slot has a row once somebody has booked it.
CREATE TABLE procedures.slot (
  tenant text NOT NULL,
  id text NOT NULL,
  resource text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  taken numeric(12, 3) NOT NULL DEFAULT 0 CHECK (taken >= 0),
  PRIMARY KEY (tenant, id)
);
CREATE INDEX slot_start ON procedures.slot (tenant, resource, starts_at);

-- The booking of a dossier. `offered` holds a place until `offered_until`; `waiting` holds none.
CREATE TABLE procedures.booking (
  tenant text NOT NULL,
  id text NOT NULL,
  dossier text NOT NULL,
  slot text NOT NULL,
  resource text NOT NULL,
  amount numeric(12, 3) NOT NULL CHECK (amount > 0),
  state text NOT NULL CHECK (state IN ('confirmed', 'waiting', 'offered', 'cancelled')),
  -- Raised by each change: the SEQUENCE of its calendar entry.
  version integer NOT NULL DEFAULT 0,
  -- Keyed hash of the e-mail address, to count the open bookings of a person. NULL: there is none, or it was erased.
  person text,
  asked_at timestamptz NOT NULL DEFAULT now(),
  offered_until timestamptz,
  -- When to remind of it. NULL: not at all, or done.
  remind_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, dossier) REFERENCES procedures.dossier ON DELETE CASCADE,
  FOREIGN KEY (tenant, slot) REFERENCES procedures.slot
);
CREATE UNIQUE INDEX booking_live ON procedures.booking (tenant, dossier) WHERE state <> 'cancelled';
CREATE INDEX booking_slot ON procedures.booking (tenant, slot, asked_at) WHERE state <> 'cancelled';
CREATE INDEX booking_person ON procedures.booking (tenant, resource, person) WHERE state <> 'cancelled';
CREATE INDEX booking_offered ON procedures.booking (offered_until) WHERE state = 'offered';
CREATE INDEX booking_remind ON procedures.booking (remind_at) WHERE remind_at IS NOT NULL;

-- The key for hashes and links: for all processes, encrypted.
CREATE TABLE procedures.secret_key (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  sealed text NOT NULL
);
