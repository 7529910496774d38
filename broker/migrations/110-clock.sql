-- The latest time of a change over all processes. A process that starts, or whose clock is set back, never falls
-- behind it.
CREATE TABLE broker_clock (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  at timestamptz NOT NULL
);
INSERT INTO broker_clock (at) VALUES (now());
