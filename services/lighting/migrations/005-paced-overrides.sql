-- Overrides that wait for a second person's approval, and overrides that are sent group by group.
ALTER TABLE lighting.override DROP CONSTRAINT override_state_check;
ALTER TABLE lighting.override ADD CONSTRAINT override_state_check
  CHECK (state IN ('waiting', 'active', 'ended', 'rejected'));
-- How many lamps the override was sent to. Existing overrides were sent to all at once.
ALTER TABLE lighting.override ADD COLUMN sent integer NOT NULL DEFAULT 0;
UPDATE lighting.override SET sent = cardinality(lamps);
-- Lamps per group, and seconds between two groups; NULL: all at once.
ALTER TABLE lighting.override ADD COLUMN pace_lamps integer;
ALTER TABLE lighting.override ADD COLUMN pace_s integer;
ALTER TABLE lighting.override ADD COLUMN decided_by text;

-- The number of lamps from which a second person must approve; no row: never.
CREATE TABLE lighting.override_policy (
  tenant text PRIMARY KEY,
  approval_from integer NOT NULL
);
