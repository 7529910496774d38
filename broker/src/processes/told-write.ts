import { isByTenant } from '../database/citus/by-tenant.ts';
import type { Database, Queryable, Statement } from '../database/database.ts';

/** A write of one row that returns it if it is written, and the NOTIFY by which other processes are told. */
export interface ToldWrite {
  readonly write: Statement;
  readonly channel: string;
  readonly message: string;
}

/**
 * Writes, and tells other processes in the same transaction. On a cluster the node of the tenant writes, and the coordinator
 * tells: there all processes listen.
 *
 * @param on the database itself, or the transaction of the write
 *
 * @returns the number of rows written; if none, nothing is told
 */
export async function writeAndTell(db: Database, on: Queryable | Database, told: ToldWrite): Promise<number> {
  const { write, channel, message } = told;
  if (!isByTenant(db)) {
    const { text, values = [] } = write;
    const whole = `WITH written AS (${text}) SELECT pg_notify('${channel}', $${values.length + 1}) FROM written`;
    return (await on.query({ ...write, text: whole, values: [...values, message] })).rowCount;
  }
  if ('transaction' in on) return on.transaction((tx) => writeAndTell(db, tx, told));
  const { rowCount } = await on.query(write);
  if (rowCount > 0) await on.query({ text: 'SELECT pg_notify($1, $2)', values: [channel, message] });
  return rowCount;
}
