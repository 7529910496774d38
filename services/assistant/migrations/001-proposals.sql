CREATE SCHEMA assistant;

-- What assistants propose to change, until a person has decided on it.
CREATE TABLE assistant.proposal (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant text COLLATE "C" NOT NULL,
  kind text NOT NULL CHECK (kind IN ('attributes', 'work-order')),
  -- What it is about; of a work order the first thing it is about.
  entity text,
  -- The body of the request that it comes to.
  change jsonb NOT NULL,
  reason text NOT NULL,
  -- As the audit names them.
  proposed_by text NOT NULL,
  client text,
  proposed_at timestamptz NOT NULL DEFAULT now(),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'refused')),
  decided_by text,
  decided_at timestamptz
);

CREATE INDEX proposal_by_state ON assistant.proposal (tenant, state, proposed_at DESC);
