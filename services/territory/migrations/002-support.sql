-- Access for a person of the installation, asked for by them and granted by a collectivity for a time.
CREATE TABLE territory.support (
  tenant text NOT NULL REFERENCES territory.collectivity ON DELETE CASCADE,
  id uuid NOT NULL,
  -- The subject of their tokens, and how they name themselves.
  subject text NOT NULL,
  name text NOT NULL,
  reason text NOT NULL,
  may text NOT NULL CHECK (may IN ('read', 'write')),
  hours integer NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT now(),
  -- NULL: nobody has decided.
  decided_at timestamptz,
  -- NULL: refused, or not decided. It is brought forward when the access is ended early.
  until timestamptz,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX support_open ON territory.support (tenant, subject) WHERE decided_at IS NULL;
