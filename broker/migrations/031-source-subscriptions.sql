-- Subscriptions to context source registrations stand beside those to entities: they are delivered alike.
ALTER TABLE subscription ADD COLUMN kind text NOT NULL DEFAULT 'entity' CHECK (kind IN ('entity', 'source'));
