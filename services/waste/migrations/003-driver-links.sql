-- Who made the link of the driver's page, as named in the audit, and their grant, with which the driver's acts are written.
ALTER TABLE waste.round ADD COLUMN link_by text;
ALTER TABLE waste.round ADD COLUMN author jsonb;
