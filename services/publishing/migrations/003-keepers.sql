-- Personal links with which the keeper of a shop or an association proposes changes to its entry. Only the token's
-- hash is stored, and nothing about the person.
CREATE TABLE publishing.keeper_link (
  tenant text NOT NULL,
  id text NOT NULL,
  item text NOT NULL,
  token_hash text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  ends_at timestamptz NOT NULL,
  revoked_at timestamptz,
  -- The number of proposals on the last day of use, because they are limited.
  used_on date,
  used_times smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, item) REFERENCES publishing.item ON DELETE CASCADE
);
CREATE UNIQUE INDEX keeper_link_token ON publishing.keeper_link (tenant, token_hash);
CREATE INDEX keeper_link_item ON publishing.keeper_link (tenant, item);

-- The latest proposal of each link. A new one has another id, so that nobody accepts what they have not seen.
CREATE TABLE publishing.proposal (
  tenant text NOT NULL,
  id text NOT NULL,
  link text NOT NULL,
  item text NOT NULL,
  -- Only the members that differ; null removes one.
  changes jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'accepted', 'refused')),
  reason text,
  proposed_at timestamptz NOT NULL DEFAULT now(),
  decided_at timestamptz,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, link),
  FOREIGN KEY (tenant, link) REFERENCES publishing.keeper_link ON DELETE CASCADE,
  FOREIGN KEY (tenant, item) REFERENCES publishing.item ON DELETE CASCADE
);
CREATE INDEX proposal_item ON publishing.proposal (tenant, item);
