import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';

const LOG_SIZE = 'SELECT (pg_stat_file(pg_current_logfile())).size';
const READ_LOG = 'SELECT pg_read_file(pg_current_logfile(), $1, 10000000) AS text';

/**
 * The plans that auto_explain logs while `work` runs.
 *
 * @param leastMs faster statements are left out
 */
export async function planLogOf(client: pg.Client, leastMs: number, work: () => Promise<void>): Promise<string> {
  const size = async () => Number((await client.query(LOG_SIZE)).rows[0].size);
  await explain(client, leastMs);
  const from = await size();
  await work();
  await pause(200);
  const text = (await client.query(READ_LOG, [from])).rows[0].text as string;
  await explain(client, -1);
  return text;
}

async function explain(client: pg.Client, leastMs: number): Promise<void> {
  await client.query(`ALTER SYSTEM SET auto_explain.log_min_duration = ${leastMs}`);
  await client.query('SELECT pg_reload_conf()');
  await pause(200);
}
