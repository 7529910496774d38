-- The times a command was sent and the answers that came to it, so that an answer can't end a command that no device got.
ALTER TABLE iot.command ADD COLUMN sends integer NOT NULL DEFAULT 0;
ALTER TABLE iot.command ADD COLUMN answers jsonb NOT NULL DEFAULT '[]';
