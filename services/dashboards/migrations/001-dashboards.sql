CREATE SCHEMA dashboards;

CREATE TABLE dashboards.dashboard (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  document jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  -- As named in the audit.
  author text NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  -- Anyone with the link sees the layout; the data depend on their own rights.
  link text UNIQUE,
  PRIMARY KEY (tenant, id)
);

-- Earlier versions of a dashboard.
CREATE TABLE dashboards.version (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  document jsonb NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id, version),
  FOREIGN KEY (tenant, id) REFERENCES dashboards.dashboard ON DELETE CASCADE
);

CREATE TABLE dashboards.question (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  document jsonb NOT NULL,
  author text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);

-- Scheduled reports.
CREATE TABLE dashboards.report (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  document jsonb NOT NULL,
  author text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);

-- Reports as sent; they are kept when the report is deleted.
CREATE TABLE dashboards.sent (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant text COLLATE "C" NOT NULL,
  report text COLLATE "C" NOT NULL,
  -- The first day of the period, and the first day after it.
  from_day date NOT NULL,
  to_day date NOT NULL,
  title text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  recipients text[] NOT NULL,
  -- The recipients whose mail server has accepted it.
  delivered text[] NOT NULL DEFAULT '{}',
  fault text,
  pdf bytea NOT NULL,
  csv bytea NOT NULL,
  -- A repeated run finds what it has already made.
  run text NOT NULL UNIQUE
);
CREATE INDEX sent_report ON dashboards.sent (tenant, report, made_at);
