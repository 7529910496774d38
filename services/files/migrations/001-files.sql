CREATE SCHEMA files;

-- A photo or a document that somebody gave. Its bytes are in the store, under its id.
CREATE TABLE files.file (
  tenant text NOT NULL,
  id text NOT NULL,
  -- Who keeps it: a service, such as `report`.
  owner text NOT NULL,
  -- The client's own name of the upload: the same again is no other file.
  key text,
  -- Of the bytes as they came, in hexadecimal.
  digest text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('image', 'pdf')),
  visibility text NOT NULL CHECK (visibility IN ('public', 'private')),
  name text NOT NULL,
  bytes integer NOT NULL,
  width integer,
  height integer,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- False: the bytes may not be in the store yet.
  is_stored boolean NOT NULL DEFAULT false,
  -- NULL: nothing refers to it; after a day it goes.
  attached_at timestamptz,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX file_key ON files.file (tenant, owner, key) WHERE key IS NOT NULL;
CREATE INDEX file_unattached ON files.file (created_at) WHERE attached_at IS NULL;

-- What links to private files are signed with: one for all processes, encrypted.
CREATE TABLE files.link_key (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  sealed text NOT NULL
);
