-- The number of lamps that may have got the command: it is set before a group is sent to.
ALTER TABLE lighting.override ADD COLUMN begun integer NOT NULL DEFAULT 0;
-- Whether it has ended and not all of its lamps have been told to return to their programme.
ALTER TABLE lighting.override ADD COLUMN is_returning boolean NOT NULL DEFAULT false;
