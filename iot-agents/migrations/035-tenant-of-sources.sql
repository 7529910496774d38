-- What belongs to a source names the source's tenant, so that it can lie beside the tenant's entities. It is deleted with the
-- source by the program, because a source is found by an id that does not tell the tenant.
-- Only sources write these tables, and wait meanwhile: 1.7 s for a timetable of a million stop times. The default is for a
-- version before this one that runs beside it.
-- few rows: iot.source_run, iot.source_item, iot.gtfs_feed, iot.gtfs_trip, iot.gtfs_stop_time, iot.gtfs_service_day, iot.talq_device, iot.talq_gateway
ALTER TABLE iot.source_run ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE iot.source_item ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE iot.gtfs_feed ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE iot.gtfs_trip ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE iot.gtfs_stop_time ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE iot.gtfs_service_day ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE iot.talq_device ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE iot.talq_gateway ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '';

UPDATE iot.source_run r SET tenant = s.document->>'tenant' FROM iot.source s WHERE s.id = r.source AND s.document->>'tenant' <> '';
UPDATE iot.source_item i SET tenant = s.document->>'tenant' FROM iot.source s WHERE s.id = i.source AND s.document->>'tenant' <> '';
UPDATE iot.gtfs_feed f SET tenant = s.document->>'tenant' FROM iot.source s WHERE s.id = f.feed AND s.document->>'tenant' <> '';
UPDATE iot.gtfs_trip t SET tenant = s.document->>'tenant' FROM iot.source s WHERE s.id = t.feed AND s.document->>'tenant' <> '';
UPDATE iot.gtfs_stop_time t SET tenant = s.document->>'tenant' FROM iot.source s WHERE s.id = t.feed AND s.document->>'tenant' <> '';
UPDATE iot.gtfs_service_day d SET tenant = s.document->>'tenant' FROM iot.source s WHERE s.id = d.feed AND s.document->>'tenant' <> '';
UPDATE iot.talq_device d SET tenant = s.document->>'tenant' FROM iot.source s WHERE s.id = d.source AND s.document->>'tenant' <> '';
UPDATE iot.talq_gateway g SET tenant = s.document->>'tenant' FROM iot.source s WHERE s.id = g.source AND s.document->>'tenant' <> '';

ALTER TABLE iot.source_run DROP CONSTRAINT source_run_source_fkey, DROP CONSTRAINT source_run_pkey, ADD PRIMARY KEY (tenant, id);
ALTER TABLE iot.source_item DROP CONSTRAINT source_item_source_fkey, DROP CONSTRAINT source_item_pkey, ADD PRIMARY KEY (tenant, source, key, moment);
ALTER TABLE iot.gtfs_feed DROP CONSTRAINT gtfs_feed_feed_fkey, DROP CONSTRAINT gtfs_feed_pkey, ADD PRIMARY KEY (tenant, feed);
ALTER TABLE iot.gtfs_trip DROP CONSTRAINT gtfs_trip_feed_fkey, DROP CONSTRAINT gtfs_trip_pkey, ADD PRIMARY KEY (tenant, feed, trip_id);
ALTER TABLE iot.gtfs_stop_time DROP CONSTRAINT gtfs_stop_time_feed_fkey, DROP CONSTRAINT gtfs_stop_time_pkey,
  ADD PRIMARY KEY (tenant, feed, trip_id, sequence);
ALTER TABLE iot.gtfs_service_day DROP CONSTRAINT gtfs_service_day_feed_fkey, DROP CONSTRAINT gtfs_service_day_pkey,
  ADD PRIMARY KEY (tenant, feed, day, service_id);
ALTER TABLE iot.talq_device DROP CONSTRAINT talq_device_source_fkey, DROP CONSTRAINT talq_device_pkey, ADD PRIMARY KEY (tenant, source, address);
ALTER TABLE iot.talq_gateway DROP CONSTRAINT talq_gateway_source_fkey, DROP CONSTRAINT talq_gateway_pkey, ADD PRIMARY KEY (tenant, source);
