CREATE SCHEMA packs;

-- Uploaded archives, so that a plan and the installation that follows it have the same content.
CREATE TABLE packs.archive (
  tenant text COLLATE "C" NOT NULL,
  -- SHA-256 of the manifest, which has the hash of every file.
  digest text COLLATE "C" NOT NULL,
  content bytea NOT NULL,
  uploaded_by text NOT NULL,
  uploaded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, digest)
);

CREATE TABLE packs.installed (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  version text NOT NULL,
  digest text NOT NULL,
  manifest jsonb NOT NULL,
  parameters jsonb NOT NULL,
  trust text NOT NULL,
  installed_by text NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);

-- Which documents came from which pack.
CREATE TABLE packs.object (
  tenant text COLLATE "C" NOT NULL,
  folder text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  pack text COLLATE "C" NOT NULL,
  -- The document as installed: what differs from it was changed here.
  base jsonb NOT NULL,
  -- The document that was there before; it returns when the pack goes.
  before jsonb,
  PRIMARY KEY (tenant, folder, id),
  FOREIGN KEY (tenant, pack) REFERENCES packs.installed (tenant, id) ON DELETE CASCADE
);

-- How to take back a change that is under way: at most one of each tenant. Whoever does it renews its time.
CREATE TABLE packs.under_way (
  tenant text COLLATE "C" PRIMARY KEY,
  pack text NOT NULL,
  undo jsonb NOT NULL,
  until timestamptz NOT NULL
);
