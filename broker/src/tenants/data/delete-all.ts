import { sealed } from '@alzette/kit/messages';
import type { Queryable } from '../../database/database.ts';
import { REGISTRATION_CHANNEL } from '../../federation/registrations/registration-store.ts';
import { forgetRollups, holdRollups } from '../../history/rollups/history-rollups.ts';
import { SUBSCRIPTION_CHANNEL } from '../../subscriptions/subscription-store.ts';

// Each process must remove the data from memory. Sent without a process name, so that this process receives it too.
const SELECT_GONE = `
  SELECT '${SUBSCRIPTION_CHANNEL}' AS channel, id FROM subscription WHERE tenant = $1
  UNION ALL
  SELECT '${REGISTRATION_CHANNEL}', id FROM registration WHERE tenant = $1`;
const NOTIFY_GONE = `
  SELECT send_message(channel, message) FROM unnest($1::text[], $2::text[]) AS gone (channel, message)`;

// All tables with a tenant column, including future ones. Entities come first, because their deletion updates counters,
// which are deleted afterwards. Access rights, the audit, and the change logs for other processes are kept.
const SELECT_TABLES = `
  SELECT c.oid::regclass::text AS name FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant' AND NOT a.attisdropped
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname <> ALL (ARRAY['audit', 'audit_before', 'sql_reader', 'subscription_change', 'registration_change'])
    AND c.relname NOT LIKE 'access\\_%'
  ORDER BY c.relname <> 'entity', c.relname = 'entity_count', c.relname`;

/**
 * Deletes all data of a tenant or of the space of a snapshot.
 *
 * @param tx must see concurrent commits (READ COMMITTED); otherwise sums that are just being computed would remain
 */
export async function deleteAll(tx: Queryable, tenant: string): Promise<void> {
  await holdRollups(tx);
  const gone = (await tx.query<{ channel: string; id: string }>({ text: SELECT_GONE, values: [tenant] })).rows;
  if (gone.length > 0) {
    const messages = gone.map(({ id }) => sealed(tx, JSON.stringify({ tenant, id, by: '' })));
    const values = [gone.map(({ channel }) => channel), await Promise.all(messages)];
    await tx.query({ text: NOTIFY_GONE, values });
  }
  const { rows } = await tx.query<{ name: string }>({ text: SELECT_TABLES });
  for (const { name } of rows) {
    // Copies of fetched contexts are stored under the default tenant, but belong to nobody.
    const others = name === 'context' ? ` AND kind <> 'Cached'` : '';
    await tx.query({ text: `DELETE FROM ${name} WHERE tenant = $1${others}`, values: [tenant] });
  }
  // Repeated, because a concurrent replacement of an instance must be summed up again.
  await forgetRollups(tx, tenant);
}
