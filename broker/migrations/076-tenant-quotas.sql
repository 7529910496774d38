-- Limits of a tenant; NULL: unlimited. A write of limited data locks the row, so that several processes together stay
-- within the limit. The column is not called tenant: a tenant that is emptied keeps its quotas.
CREATE TABLE tenant_quota (
  of_tenant text PRIMARY KEY,
  entities bigint,
  subscriptions bigint,
  registrations bigint,
  snapshots bigint,
  history_rows bigint,
  requests_per_second integer,
  -- Maintained if history_rows is limited: the last count plus what writes have added since.
  history_rows_used bigint NOT NULL DEFAULT 0
);
