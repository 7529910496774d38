-- The time from which the readings of a tenant that has just begun to use the service are still to be filled in from the
-- history. NULL: there is nothing to fill in.
ALTER TABLE lighting.tenant ADD COLUMN fill_from timestamptz;
