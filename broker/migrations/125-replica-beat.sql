-- What every process that reads from replicas writes each second: a replica that shows it follows this very server, and how far behind.
CREATE TABLE replica_beat (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  beat bigint NOT NULL,
  -- Of the write-ahead log it was written to: each failover begins another.
  timeline bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO replica_beat (beat, timeline) VALUES (0, 0);
