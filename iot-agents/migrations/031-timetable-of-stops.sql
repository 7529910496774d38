-- The departures from a stop on a day.
CREATE INDEX gtfs_stop_time_stop ON iot.gtfs_stop_time (feed, stop_id) WHERE departs_s IS NOT NULL;
