-- Spreads entities and their history over the nodes of a Citus cluster (13 or later) by the id of the entity; all that is
-- one entity's lies on one node. To be run once, by the owner of the database, when a broker has prepared it and is stopped:
--   psql -d alzette -f docker/citus.sql
-- docs/scaling.md tells what does not work there yet.

-- The triggers on these tables write to tables that are distributed alike.
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET citus.enable_unsafe_triggers = on', current_database());
END $$;
SET citus.enable_unsafe_triggers = on;

SELECT create_distributed_table('entity', 'id', colocate_with => 'none');
SELECT create_distributed_table('past_entity', 'id', colocate_with => 'entity');
SELECT create_distributed_table('expiring_attribute', 'entity_id', colocate_with => 'entity');
SELECT create_distributed_table('history', 'entity_id', colocate_with => 'entity');
SELECT create_distributed_table('birth', 'entity_id', colocate_with => 'entity');
SELECT create_distributed_table('history_hour', 'entity_id', colocate_with => 'entity');
SELECT create_distributed_table('history_day', 'entity_id', colocate_with => 'entity');
SELECT create_distributed_table('history_group_member', 'entity_id', colocate_with => 'entity');
SELECT create_distributed_table('history_correction', 'entity_id', colocate_with => 'entity');
SELECT create_distributed_table('entity_search', 'entity_id', colocate_with => 'entity');
