-- A device that is given to another tenant is silent there by itself, and its silence in the former one ends. So silences can lie
-- beside the entities of their tenant.
-- few rows: iot.silence
ALTER TABLE iot.silence DROP CONSTRAINT silence_pkey, ADD PRIMARY KEY (tenant, dev_eui);
