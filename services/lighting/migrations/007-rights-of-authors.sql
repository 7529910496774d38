-- Who asked for a plan or an override, as its commands are sent with their rights. NULL: it was asked for while access
-- was open, or by an earlier version.
ALTER TABLE lighting.plan ADD COLUMN author_grant jsonb;
ALTER TABLE lighting.override ADD COLUMN author_grant jsonb;
-- The person among them: somebody else approves.
ALTER TABLE lighting.plan ADD COLUMN person text;
ALTER TABLE lighting.override ADD COLUMN person text;

-- The lamps that somebody has commanded in the last minutes, so that many small commands need approval as one large
-- does. Only where the policy of overrides sets a number.
CREATE TABLE lighting.commanded (
  tenant text NOT NULL,
  -- A person whatever their keys, otherwise a key or a program.
  sender text NOT NULL,
  lamp text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, sender, lamp)
);
