-- What an application that writes a command's attribute wants to hear of it, and the instance it wrote.
ALTER TABLE iot.command ADD COLUMN dataset_id text;
ALTER TABLE iot.command ADD COLUMN confirmation smallint NOT NULL DEFAULT 2;
