-- Includes the tenant, like all keys by which rows are found: a cluster keeps each tenant's rows on one node. The
-- former keys stay for processes of an earlier version.
CREATE UNIQUE INDEX CONCURRENTLY history_group_hour_tenant ON history_group_hour (tenant, group_id, attribute, start);
CREATE UNIQUE INDEX CONCURRENTLY history_group_day_tenant ON history_group_day (tenant, group_id, attribute, start);
