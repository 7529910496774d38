-- The times a command was sent and the answers that came to it, so that an answer can't end a command that no device got.
ALTER TABLE iot.command ADD COLUMN sends integer NOT NULL DEFAULT 0;
ALTER TABLE iot.command ADD COLUMN answers jsonb NOT NULL DEFAULT '[]';
-- Commands that are under way during the upgrade were sent once.
UPDATE iot.command SET sends = 1, sent_at = coalesce(sent_at, created_at)
  WHERE done_at IS NULL AND (sent_at IS NOT NULL OR state IN ('QUEUED', 'SENT', 'DELIVERED'));
