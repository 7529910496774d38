-- From when readings of a tenant are stored completely. Nights that began before can't be summed from readings. NULL: it has used
-- the service since an earlier version.
ALTER TABLE lighting.tenant ADD COLUMN readings_from timestamptz;
