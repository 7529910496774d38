-- Levels by hand that wait for a second person, and such as go out group by group.
ALTER TABLE lighting.override DROP CONSTRAINT override_state_check;
ALTER TABLE lighting.override ADD CONSTRAINT override_state_check
  CHECK (state IN ('waiting', 'active', 'ended', 'rejected'));
-- How many lamps were told; those of before were told at once.
ALTER TABLE lighting.override ADD COLUMN sent integer NOT NULL DEFAULT 0;
UPDATE lighting.override SET sent = cardinality(lamps);
-- Lamps of a group, and seconds between two; null: all at once.
ALTER TABLE lighting.override ADD COLUMN pace_lamps integer;
ALTER TABLE lighting.override ADD COLUMN pace_s integer;
ALTER TABLE lighting.override ADD COLUMN decided_by text;

-- From how many lamps on a second person approves; no row: never.
CREATE TABLE lighting.override_policy (
  tenant text PRIMARY KEY,
  approval_from integer NOT NULL
);
