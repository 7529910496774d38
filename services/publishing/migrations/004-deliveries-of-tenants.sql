-- few rows: publishing.push_delivery
-- Whose message it is.
ALTER TABLE publishing.push_delivery ADD COLUMN tenant text NOT NULL DEFAULT '';
UPDATE publishing.push_delivery d SET tenant = m.tenant FROM publishing.push_message m WHERE m.id = d.message AND m.tenant <> '';
CREATE INDEX push_delivery_of_message ON publishing.push_delivery (tenant, message);
