/** Tables whose rows lie on the node of their tenant, by their column `tenant`. */
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
] as const;

/** Tables of which each node has a copy: statements about one tenant read them. */
export const ON_EVERY_NODE = ['history_rollup', 'history_retention'] as const;

/** Tables with a tenant of which the coordinator has all rows, with the reason. */
export const ON_COORDINATOR: { readonly [table: string]: string } = {
  subscription: 'Each process holds those of all tenants in memory, and counts deliveries of several tenants at once',
  subscription_change: 'Each process follows it for all tenants',
  registration: 'Each process holds those of all tenants in memory',
  registration_change: 'Each process follows it for all tenants',
  passed_on: 'It is short-lived and small',
  source_copy: 'It is written with subscriptions',
  context: 'Copies of fetched @contexts belong to all tenants',
  model: 'Each process holds those of all tenants in memory',
  model_context: 'Each process holds those of all tenants in memory',
  model_policy: 'Each process holds those of all tenants in memory',
  entity_map: 'It is short-lived and small',
  history_import: 'One row for each imported file',
  sql_reader: 'It is about roles of the database',
  audit: 'One chain for all tenants',
};
