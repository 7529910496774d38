CREATE SCHEMA kit;

-- When jobs come again. Each process looks for rows whose time has come; who has the row enqueues the run.
CREATE TABLE kit.recurrence (
  job text NOT NULL,
  -- '' is the job's own; others are made at run time, e.g. by users.
  key text NOT NULL,
  cron text NOT NULL,
  time_zone text NOT NULL,
  -- What to do about times that came while no process ran: skip, once.
  missed text NOT NULL,
  data jsonb NOT NULL,
  next_at timestamptz NOT NULL,
  PRIMARY KEY (job, key)
);

CREATE INDEX recurrence_next ON kit.recurrence (next_at);
