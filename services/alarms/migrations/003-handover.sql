-- When a person last began their shift.
CREATE TABLE alarms.shift (
  tenant text NOT NULL,
  person text NOT NULL,
  began_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, person)
);

-- What one shift leaves to the next. Without a group it is for all who may act on alarms.
CREATE TABLE alarms.handover_note (
  tenant text NOT NULL,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  author text NOT NULL,
  -- The name that it is signed with.
  signed text,
  for_group text,
  note text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  -- The first other person whose shift began after it was written.
  taken_by text,
  taken_signed text,
  taken_at timestamptz,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX handover_note_at ON alarms.handover_note (at);
