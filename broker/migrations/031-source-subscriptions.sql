-- Subscriptions to context source registrations share the table with those to entities: delivery is the same.
ALTER TABLE subscription ADD COLUMN kind text NOT NULL DEFAULT 'entity' CHECK (kind IN ('entity', 'source'));
