/** Statements of the broker about the tables of all tenants, with the reason. A cluster asks every node. */
export const acrossTenants: readonly { readonly statement: RegExp; readonly reason: string }[] = [
  {
    statement: /AS filled,\s+EXISTS \(SELECT FROM pg_available_extensions/,
    reason: 'At start: may the history become a hypertable?',
  },
  { statement: /^SELECT EXISTS \(SELECT 1 FROM entity\) AS found/, reason: 'At start: were the SQL views ever made?' },
  { statement: /^CREATE OR REPLACE VIEW ngsi\./, reason: 'Views for SQL clients, who may read several tenants' },
  {
    statement: /^\s*SELECT e\.tenant, e\.id FROM entity e\s+WHERE e\.modified_at > \$1/,
    reason: 'At start: what the search index missed',
  },
  {
    statement: /^SELECT DISTINCT (tenant, subscription_id AS id|owner) FROM outbox WHERE owner = ANY/,
    reason: 'At start, and when a process ends: what it owes to any tenant',
  },
  {
    statement: /^\s*SELECT DISTINCT ON \(tenant, subscription_id\) id, tenant, subscription_id FROM outbox/,
    reason: 'The sweep: what a process owes and has in no queue, of any tenant',
  },
  {
    statement: /^\s*SELECT \(SELECT count\(\*\) FROM \(SELECT 1 FROM outbox/,
    reason: 'Metrics: what is owed in all',
  },
  {
    statement: /^SELECT [a-z_, \s]+ FROM subscription WHERE kind = '\w+' ORDER BY tenant, id$/,
    reason: 'At start: each process holds the subscriptions of all tenants in memory',
  },
  {
    statement: /^\s*SELECT [a-z_, ]+ FROM registration\s+WHERE \(tenant, id\) > \(\$1, \$2\)/,
    reason: 'At start: each process holds the registrations of all tenants in memory',
  },
  {
    statement: /^(DELETE|\s*SELECT .*) FROM (subscription|registration)_change\s+WHERE at [<>]/,
    reason: 'What other processes have changed of any tenant',
  },
  {
    statement: /^\s*SELECT (tenant, id|\(extract.*)\s+FROM subscription WHERE next_interval_at/,
    reason: 'The notifications by time interval that are due, of any tenant',
  },
  {
    statement: /^DELETE FROM registration WHERE expires_at <= now\(\)/,
    reason: 'The job of expiry: registrations that have expired in any tenant',
  },
  {
    statement:
      /^\s*(UPDATE snapshot SET deleted_at = .*\s+WHERE deleted_at IS NULL AND expires_at <= now\(\)|SELECT .*\s*.* FROM snapshot WHERE (status = 'preparing'|deleted_at))/,
    reason: 'The job of snapshots: those of any tenant to be filled, ended and forgotten',
  },
  { statement: /^CREATE INDEX IF NOT EXISTS outbox_line ON outbox/, reason: 'An index is for all tenants' },
  { statement: /^SELECT min\(n\) AS first FROM history/, reason: 'The job of sums: where it goes on' },
  {
    statement:
      /\(SELECT count\(\*\) FROM history_correction\) AS corrections|^SELECT count\(\*\) AS corrections FROM history_correction$/,
    reason: 'Whether any sums have to be corrected',
  },
  {
    statement: /^\s*SELECT tenant FROM history WHERE n > \$1::bigint/,
    reason: 'The job of sums: the tenants of what came in',
  },
  { statement: /^SELECT DISTINCT tenant FROM history_group$/, reason: 'The job of sums: the tenants that have any' },
  {
    statement: /^\s*SELECT tenant, id FROM entity WHERE expires_at <= \$1/,
    reason: 'The job of expiry: what has expired in any tenant',
  },
  {
    statement: /^\s*WITH counts AS MATERIALIZED \(SELECT types\[1\] AS type/,
    reason: 'The index adviser: an index is for all tenants',
  },
  {
    statement: /^SELECT tenant FROM entity_count GROUP BY tenant/,
    reason: 'The job of counts: the tenants that have many rows',
  },
  {
    statement: /^\s*DELETE FROM search_word w USING/,
    reason: 'The job of the search: words that nothing has any more',
  },
  { statement: /^LOCK TABLE search_word/, reason: 'As above' },
  {
    statement: /^\s*SELECT tenant, entity_id AS id FROM entity_search/,
    reason: 'The job of the search: entities whose words are to be learned, of any tenant',
  },
];
