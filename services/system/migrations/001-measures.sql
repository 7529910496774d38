CREATE SCHEMA system;

-- How the product fared, every five minutes: a time without a measure is one in which it did not run.
CREATE TABLE system.measure (
  at timestamptz PRIMARY KEY,
  database_bytes float8 NOT NULL,
  -- How long the oldest that waits has waited, seconds.
  notifications_s float8 NOT NULL,
  ingest_s float8 NOT NULL,
  rules_s float8 NOT NULL
);
