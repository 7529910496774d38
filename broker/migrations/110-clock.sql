-- How far the times of changes have come, by the process that is furthest: none that starts, or whose clock is set back, falls behind.
CREATE TABLE broker_clock (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  at timestamptz NOT NULL
);
INSERT INTO broker_clock (at) VALUES (now());
