-- Finds expired entities.
CREATE INDEX entity_expiry ON entity (expires_at) WHERE expires_at IS NOT NULL;
