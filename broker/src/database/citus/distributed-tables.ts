/** Tables whose rows lie on the node of their tenant, by their column `tenant`, or {@link tenantColumn}. */
export const DISTRIBUTED = [
  'entity',
  'past_entity',
  'expiring_attribute',
  'entity_count',
  'entity_search',
  'search_word',
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
  'subscription',
  'subscription_change',
  'registration',
  'registration_change',
  'entity_map',
  'snapshot',
] as const;

/** What is stored of a snapshot lies where its tenant's rows do; what it holds, where those of its space do. */
export function tenantColumn(table: string): string {
  return table === 'snapshot' ? 'of_tenant' : 'tenant';
}

/** Tables of which each node has a copy: statements about one tenant read them. */
export const ON_EVERY_NODE = ['history_rollup', 'history_retention'] as const;

/** Tables with a tenant of which the coordinator has all rows, with the reason. */
export const ON_COORDINATOR: { readonly [table: string]: string } = {
  passed_on: 'It is found with source_copy',
  source_copy: 'It is found by what its source calls it, which does not tell the tenant',
  context: 'Copies of fetched @contexts belong to all tenants',
  model: 'Each process holds those of all tenants in memory',
  model_context: 'Each process holds those of all tenants in memory',
  model_policy: 'Each process holds those of all tenants in memory',
  history_import: 'One row for each imported file',
  sql_reader: 'It is about roles of the database',
  audit: 'One chain for all tenants',
};
