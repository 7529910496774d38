CREATE SCHEMA files;

-- An uploaded photo or document. Its bytes are in the store, under its id.
CREATE TABLE files.file (
  tenant text NOT NULL,
  id text NOT NULL,
  -- The service that owns it, such as `report`.
  owner text NOT NULL,
  -- The client's key of the upload: the same key again creates no new file.
  key text,
  -- Of the bytes as received, in hexadecimal.
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
  -- NULL: nothing refers to it; it is deleted after a day.
  attached_at timestamptz,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX file_key ON files.file (tenant, owner, key) WHERE key IS NOT NULL;
CREATE INDEX file_unattached ON files.file (created_at) WHERE attached_at IS NULL;

-- The key that signs links to private files: one for all processes, encrypted.
CREATE TABLE files.link_key (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  sealed text NOT NULL
);
