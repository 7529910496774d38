CREATE SCHEMA decisions;

-- Models, indicators and scenarios that people have made. Those of the product are files.
CREATE TABLE decisions.document (
  tenant text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  document jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  -- As named in the audit.
  author text NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  is_published boolean NOT NULL,
  -- Who has the link may read the document without an account.
  link text,
  PRIMARY KEY (tenant, kind, id)
);
CREATE INDEX document_link ON decisions.document (link) WHERE link IS NOT NULL;

CREATE TABLE decisions.version (
  tenant text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  document jsonb NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, kind, id, version),
  FOREIGN KEY (tenant, kind, id) REFERENCES decisions.document ON DELETE CASCADE
);

-- Comments on scenarios.
CREATE TABLE decisions.comment (
  tenant text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  author text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  content text NOT NULL,
  PRIMARY KEY (tenant, kind, id, number),
  FOREIGN KEY (tenant, kind, id) REFERENCES decisions.document ON DELETE CASCADE
);

-- Files of statistics. The observations of a file are kept until they are written to the broker.
CREATE TABLE decisions.import (
  tenant text COLLATE "C" NOT NULL,
  -- A hash of the flow, its options and the file: the same file twice is one import.
  id text COLLATE "C" NOT NULL,
  flow text NOT NULL,
  vintage integer NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  author_grant jsonb,
  report jsonb NOT NULL,
  observations jsonb,
  -- NULL: not yet written; otherwise done, or why not.
  outcome text,
  PRIMARY KEY (tenant, id)
);

-- Communes that were merged, founded again, or got another code.
CREATE TABLE decisions.commune_move (
  tenant text COLLATE "C" NOT NULL,
  from_code text COLLATE "C" NOT NULL,
  to_code text COLLATE "C" NOT NULL,
  on_day date NOT NULL,
  kind integer NOT NULL,
  PRIMARY KEY (tenant, from_code, to_code, on_day, kind)
);
