/** Statements of the broker about all tenants, with the reason. On a cluster they need every node. */
export const acrossTenants: readonly { readonly statement: RegExp; readonly reason: string }[] = [
  {
    statement: /AS filled,\s+EXISTS \(SELECT FROM pg_available_extensions/,
    reason: 'At start: whether the history may become a hypertable',
  },
  {
    statement: /^SELECT EXISTS \(SELECT 1 FROM entity\) AS found/,
    reason: 'At start: whether the SQL views have been created',
  },
  { statement: /^CREATE OR REPLACE VIEW ngsi\./, reason: 'Views for SQL clients, which may read several tenants' },
  {
    statement: /^\s*SELECT e\.tenant, e\.id FROM entity e\s+WHERE e\.modified_at > \$1/,
    reason: 'At start: changes that are missing in the search index',
  },
  {
    statement: /^SELECT DISTINCT (tenant, subscription_id AS id|owner) FROM outbox WHERE owner = ANY/,
    reason: 'At start, and when a process ends: its pending notifications of all tenants',
  },
  {
    statement: /^\s*SELECT DISTINCT ON \(tenant, subscription_id\) id, tenant, subscription_id FROM outbox/,
    reason: 'The sweep: pending notifications of a process that are in no queue, of all tenants',
  },
  {
    statement: /^\s*SELECT \(SELECT count\(\*\) FROM \(SELECT 1 FROM outbox/,
    reason: 'Metrics: the number of pending notifications',
  },
  {
    statement: /^SELECT [a-z_, \s]+ FROM subscription WHERE kind = '\w+' ORDER BY tenant, id$/,
    reason: 'At start: each process keeps the subscriptions of all tenants in memory',
  },
  {
    statement: /^\s*SELECT [a-z_, ]+ FROM registration\s+WHERE \(tenant, id\) > \(\$1, \$2\)/,
    reason: 'At start: each process keeps the registrations of all tenants in memory',
  },
  {
    statement: /^(DELETE|\s*SELECT .*) FROM (subscription|registration)_change\s+WHERE at [<>]/,
    reason: 'Changes of other processes, of all tenants',
  },
  {
    statement: /^\s*SELECT (tenant, id|\(extract.*)\s+FROM subscription WHERE next_interval_at/,
    reason: 'Due notifications by time interval, of all tenants',
  },
  {
    statement: /^DELETE FROM registration WHERE expires_at <= now\(\)/,
    reason: 'The job of expiry: expired registrations of all tenants',
  },
  {
    statement:
      /^\s*(UPDATE snapshot SET deleted_at = .*\s+WHERE deleted_at IS NULL AND expires_at <= now\(\)|SELECT .*\s*.* FROM snapshot WHERE (status = 'preparing'|deleted_at))/,
    reason: 'The job of snapshots: those to fill, end and delete, of all tenants',
  },
  { statement: /^CREATE INDEX IF NOT EXISTS outbox_line ON outbox/, reason: 'An index covers all tenants' },
  { statement: /^SELECT min\(n\) AS first FROM history/, reason: 'The job of sums: where it continues' },
  {
    statement:
      /\(SELECT count\(\*\) FROM history_correction\) AS corrections|^SELECT count\(\*\) AS corrections FROM history_correction$/,
    reason: 'Whether any sums must be corrected',
  },
  {
    statement: /^\s*SELECT tenant FROM history WHERE n > \$1::bigint/,
    reason: 'The job of sums: the tenants with new instances',
  },
  { statement: /^SELECT DISTINCT tenant FROM history_group$/, reason: 'The job of sums: the tenants with groups' },
  {
    statement: /^\s*SELECT tenant, id FROM entity WHERE expires_at <= \$1/,
    reason: 'The job of expiry: expired entities of all tenants',
  },
  {
    statement: /^\s*WITH counts AS MATERIALIZED \(SELECT types\[1\] AS type/,
    reason: 'The index adviser: an index covers all tenants',
  },
  {
    statement: /^SELECT tenant FROM entity_count GROUP BY tenant/,
    reason: 'The job of counts: the tenants with many rows',
  },
  {
    statement: /^\s*DELETE FROM search_word w USING/,
    reason: 'The job of the search: words that no entity contains any more',
  },
  { statement: /^LOCK TABLE search_word/, reason: 'As above' },
  {
    statement: /^\s*SELECT tenant, entity_id AS id FROM entity_search/,
    reason: 'The job of the search: entities with words to be learned, of all tenants',
  },
];
