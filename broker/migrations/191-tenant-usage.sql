-- Further limits of a tenant; NULL: unlimited.
ALTER TABLE tenant_quota ADD COLUMN file_bytes bigint;
ALTER TABLE tenant_quota ADD COLUMN jobs_per_day bigint;
ALTER TABLE tenant_quota ADD COLUMN compute_seconds_per_day bigint;
ALTER TABLE tenant_quota ADD COLUMN mails_per_day bigint;
ALTER TABLE tenant_quota ADD COLUMN pushes_per_day bigint;

-- What tenants have used of what they share, by day (UTC). Processes add what they counted every few seconds.
CREATE TABLE tenant_usage (
  of_tenant text NOT NULL,
  day date NOT NULL,
  what text NOT NULL,
  amount float8 NOT NULL,
  PRIMARY KEY (of_tenant, day, what)
);
CREATE INDEX tenant_usage_day ON tenant_usage (day);
