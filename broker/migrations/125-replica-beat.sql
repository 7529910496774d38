-- Every process that reads from replicas writes it each second. A replica that shows it follows this very server; its
-- age is the replication lag.
CREATE TABLE replica_beat (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  beat bigint NOT NULL,
  -- The timeline of the write-ahead log that it was written to. Each failover starts a new one.
  timeline bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO replica_beat (beat, timeline) VALUES (0, 0);
