-- What a tenant may have at most; NULL: as much as it likes. Its row is locked by whoever writes what is limited, so that
-- of several processes none goes beyond. Not by the column's usual name: a tenant that is emptied keeps its quotas.
CREATE TABLE tenant_quota (
  of_tenant text PRIMARY KEY,
  entities bigint,
  subscriptions bigint,
  registrations bigint,
  snapshots bigint,
  history_rows bigint,
  requests_per_second integer,
  -- Kept where history_rows is limited: what writes added since it was last counted, and what was counted.
  history_rows_used bigint NOT NULL DEFAULT 0
);
