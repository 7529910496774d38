-- What leaves from a stop on a day, for who keeps its timetable.
CREATE INDEX gtfs_stop_time_stop ON iot.gtfs_stop_time (feed, stop_id) WHERE departs_s IS NOT NULL;
