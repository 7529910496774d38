-- Keyed hash of the person who was signed in when they sent it. NULL: nobody was.
ALTER TABLE procedures.sender ADD COLUMN account text;
