import type { Queryable } from '../../database/database.ts';
import { REGISTRATION_CHANNEL } from '../../federation/registrations/registration-store.ts';
import { forgetRollups, holdRollups } from '../../history/rollups/history-rollups.ts';
import { SUBSCRIPTION_CHANNEL } from '../../subscriptions/subscription-store.ts';

// Each process takes out of its memory what is no longer there; nobody's name, so that this one hears it as well.
const NOTIFY_GONE = `
  SELECT pg_notify('${SUBSCRIPTION_CHANNEL}', json_build_object('tenant', tenant, 'id', id, 'by', '')::text)
  FROM subscription WHERE tenant = $1
  UNION ALL
  SELECT pg_notify('${REGISTRATION_CHANNEL}', json_build_object('tenant', tenant, 'id', id, 'by', '')::text)
  FROM registration WHERE tenant = $1`;

// Whatever is kept by tenant, also by parts that are yet to come. Entities go first: their going is counted, and what
// counts goes after it. Not among it: who may do what, what was done, and the notes of changes for other processes.
const SELECT_TABLES = `
  SELECT c.oid::regclass::text AS name FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant' AND NOT a.attisdropped
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname <> ALL (ARRAY['audit', 'sql_reader', 'subscription_change', 'registration_change'])
    AND c.relname NOT LIKE 'access\\_%'
  ORDER BY c.relname <> 'entity', c.relname = 'entity_count', c.relname`;

/**
 * Deletes all that is kept by the name of a tenant, or of the space of a snapshot.
 *
 * @param tx one that sees what others commit meanwhile: sums that are being made of the history would stay otherwise
 */
export async function deleteAll(tx: Queryable, tenant: string): Promise<void> {
  await holdRollups(tx);
  await tx.query({ text: NOTIFY_GONE, values: [tenant] });
  const { rows } = await tx.query<{ name: string }>({ text: SELECT_TABLES });
  for (const { name } of rows) {
    // Copies of fetched contexts are kept under the default tenant, but are nobody's.
    const others = name === 'context' ? ` AND kind <> 'Cached'` : '';
    await tx.query({ text: `DELETE FROM ${name} WHERE tenant = $1${others}`, values: [tenant] });
  }
  // Once more, as what somebody put in the place of an instance meanwhile is there and has to be summed up anew.
  await forgetRollups(tx, tenant);
}
