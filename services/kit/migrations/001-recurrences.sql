CREATE SCHEMA kit;

-- Recurring jobs. Each process looks for rows that are due; the process that locks a row enqueues the run.
CREATE TABLE kit.recurrence (
  job text NOT NULL,
  -- '' is the job's own recurrence; others are created at run time, e.g. by users.
  key text NOT NULL,
  cron text NOT NULL,
  time_zone text NOT NULL,
  -- What to do about runs that were missed while no process ran: skip, once.
  missed text NOT NULL,
  data jsonb NOT NULL,
  next_at timestamptz NOT NULL,
  PRIMARY KEY (job, key)
);

CREATE INDEX recurrence_next ON kit.recurrence (next_at);
