-- Entities whose time has passed are found by it.
CREATE INDEX entity_expiry ON entity (expires_at) WHERE expires_at IS NOT NULL;
