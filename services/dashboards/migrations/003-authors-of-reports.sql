-- The grant of who scheduled a report last: it is judged at each sending. NULL: access was open, or an earlier version.
ALTER TABLE dashboards.report ADD COLUMN author_grant jsonb;
-- When it was last not sent because its author lacked the rights; NULL: never since it was scheduled.
ALTER TABLE dashboards.report ADD COLUMN refused_at timestamptz;
