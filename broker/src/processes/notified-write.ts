import { sealed } from '@alzette/kit/messages';
import { isByTenant } from '../database/citus/by-tenant.ts';
import type { Database, Queryable, Statement } from '../database/database.ts';

/** A write of one row, which returns the row if it was written, and the NOTIFY to other processes. */
export interface NotifiedWrite {
  readonly write: Statement;
  readonly channel: string;
  readonly message: string;
}

/**
 * Writes, and notifies other processes in the same transaction. On a cluster the write is on the node of the tenant, but the
 * notification is sent by the coordinator, where all processes listen.
 *
 * @param on the database itself, or the transaction of the write
 *
 * @returns the number of rows written; if none, nobody is notified
 */
export async function writeAndNotify(db: Database, on: Queryable | Database, notified: NotifiedWrite): Promise<number> {
  const { write, channel } = notified;
  const message = await sealed(db, notified.message, on);
  if (!isByTenant(db)) {
    const { text, values = [] } = write;
    const whole = `WITH written AS (${text}) SELECT send_message('${channel}', $${values.length + 1}) FROM written`;
    const name = write.name && `${write.name}-notify`;
    return (await on.query({ ...write, ...(name && { name }), text: whole, values: [...values, message] })).rowCount;
  }
  if ('transaction' in on) return on.transaction((tx) => writeAndNotify(db, tx, notified));
  const { rowCount } = await on.query(write);
  if (rowCount > 0) await on.query({ text: 'SELECT send_message($1, $2)', values: [channel, message] });
  return rowCount;
}
