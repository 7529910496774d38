CREATE SCHEMA system;

-- Measurements of the product every five minutes. It was not running at times without one.
CREATE TABLE system.measure (
  at timestamptz PRIMARY KEY,
  database_bytes float8 NOT NULL,
  -- The age of the oldest pending item, seconds.
  notifications_s float8 NOT NULL,
  ingest_s float8 NOT NULL,
  rules_s float8 NOT NULL
);
