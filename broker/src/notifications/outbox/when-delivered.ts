import { setTimeout as pause } from 'node:timers/promises';
import type { Queryable } from '../../database/database.ts';
import { ofSubscription } from './outbox.ts';

const NOW = 'SELECT clock_timestamp() AS now';
const OWED = `
  SELECT EXISTS (
    SELECT FROM outbox o
    WHERE ${ofSubscription('o', '$2')} AND o.tenant = $1 AND o.subscription_id = $2 AND o.created_at <= $3) AS owed`;
const LOOK_EVERY_MS = 250;

/**
 * Waits until the notifications that a subscription is owed now have been delivered, also those of processes that died.
 *
 * @returns false: some are still owed after this time
 */
export async function whenDelivered(
  db: Queryable,
  tenant: string,
  subscription: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { rows } = await db.query<{ now: Date }>({ text: NOW });
  const values = [tenant, subscription, rows[0]?.now];
  for (
    const end = performance.now() + withinMs;
    performance.now() < end && !signal.aborted;
    await pause(LOOK_EVERY_MS)
  ) {
    const { rows: found } = await db.query<{ owed: boolean }>({ text: OWED, values });
    if (found[0]?.owed !== true) return true;
  }
  return false;
}
