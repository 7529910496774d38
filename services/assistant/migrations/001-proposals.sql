CREATE SCHEMA assistant;

-- Changes proposed by assistants, until a person has decided on them.
CREATE TABLE assistant.proposal (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant text COLLATE "C" NOT NULL,
  kind text NOT NULL CHECK (kind IN ('attributes', 'work-order')),
  -- The entity it is about; for a work order, the first one.
  entity text,
  -- The body of the request that carries it out.
  change jsonb NOT NULL,
  reason text NOT NULL,
  -- As named in the audit.
  proposed_by text NOT NULL,
  client text,
  proposed_at timestamptz NOT NULL DEFAULT now(),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'refused')),
  decided_by text,
  decided_at timestamptz
);

CREATE INDEX proposal_by_state ON assistant.proposal (tenant, state, proposed_at DESC);
