import type { TenantTables } from '@alzette/kit/tenant-tables';

/**
 * Where the broker's tables with a tenant lie on a cluster. No `tables.json`: the migrations would give the tables to the nodes
 * before `distributeByTenant` has prepared them.
 */
export const BROKER_TABLES = {
  // Before a table whose rows are copied, the one into which its triggers insert.
  distributed: [
    'entity',
    'past_entity',
    'expiring_attribute',
    'entity_count',
    'search_word',
    'entity_search',
    'history',
    'birth',
    'history_hour',
    'history_day',
    'history_group',
    'history_group_member',
    'history_group_hour',
    'history_group_day',
    'history_correction',
    'outbox',
    'outbox_dead',
    'subscription_change',
    'subscription',
    'registration_change',
    'registration',
    'entity_map',
    'snapshot',
  ],
  // What is stored of a snapshot lies with the tenant that owns it. What the snapshot holds lies with its space.
  tenantColumns: { snapshot: 'of_tenant' },
  // Statements about one tenant read them.
  onEveryNode: ['history_rollup', 'history_retention'],
  onCoordinator: {
    passed_on: 'It is found with source_copy',
    source_copy: 'It is found by the id that its source gave it, which does not tell the tenant',
    context: 'Copies of fetched @contexts belong to all tenants',
    model: 'Each process holds those of all tenants in memory',
    model_context: 'Each process holds those of all tenants in memory',
    model_policy: 'Each process holds those of all tenants in memory',
    history_import: 'One row for each imported file',
    sql_reader: 'It is about roles of the database',
    audit: 'One chain for all tenants',
    audit_before: 'It is read with the audit',
  },
} as const satisfies TenantTables;
