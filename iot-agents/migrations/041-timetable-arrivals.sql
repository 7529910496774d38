-- When a trip reaches a stop, also the last one: journeys end there. Known from the next reading of the timetable on.
-- few rows: iot.gtfs_stop_time
ALTER TABLE iot.gtfs_stop_time ADD COLUMN arrives_s integer;
