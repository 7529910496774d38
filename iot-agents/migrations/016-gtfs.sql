-- Public transport timetables, one for each source of kind gtfs: too many rows to be entities.
CREATE TABLE iot.gtfs_feed (
  feed      text PRIMARY KEY REFERENCES iot.source (id) ON DELETE CASCADE,
  time_zone text NOT NULL
);

CREATE TABLE iot.gtfs_trip (
  feed       text NOT NULL REFERENCES iot.source (id) ON DELETE CASCADE,
  trip_id    text NOT NULL,
  service_id text NOT NULL,
  route_id   text NOT NULL,
  -- As passengers know it: the route's short name, or else its long name.
  line       text NOT NULL,
  route_type integer NOT NULL,
  head_sign  text NOT NULL,
  PRIMARY KEY (feed, trip_id)
);
CREATE INDEX gtfs_trip_service ON iot.gtfs_trip (feed, service_id);

CREATE TABLE iot.gtfs_stop_time (
  feed      text NOT NULL REFERENCES iot.source (id) ON DELETE CASCADE,
  trip_id   text NOT NULL,
  sequence  integer NOT NULL,
  stop_id   text NOT NULL,
  -- Seconds after noon minus twelve hours of the service day. The last stop of a trip has none.
  departs_s integer,
  head_sign text,
  PRIMARY KEY (feed, trip_id, sequence)
);
CREATE INDEX gtfs_stop_time_departs ON iot.gtfs_stop_time (feed, departs_s) WHERE departs_s IS NOT NULL;

CREATE TABLE iot.gtfs_service_day (
  feed       text NOT NULL REFERENCES iot.source (id) ON DELETE CASCADE,
  day        date NOT NULL,
  service_id text NOT NULL,
  PRIMARY KEY (feed, day, service_id)
);
