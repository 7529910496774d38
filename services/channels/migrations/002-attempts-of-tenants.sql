-- Whose message it is. Of most sites all are of the default tenant, which they get without being written.
ALTER TABLE channels.attempt ADD COLUMN tenant text NOT NULL DEFAULT '';
-- few rows: channels.attempt
UPDATE channels.attempt a SET tenant = m.tenant FROM channels.message m WHERE m.n = a.message AND m.tenant <> '';
