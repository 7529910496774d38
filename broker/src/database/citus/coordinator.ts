import { withServer } from '@alzette/kit/postgres-url';
import { hasCitus } from '@alzette/kit/tenant-tables';
import type { Queryable } from '../database.ts';

const SELECT_COORDINATOR = `
  SELECT nodename AS host, nodeport AS port FROM pg_dist_node
  WHERE groupid = 0 AND noderole = 'primary' AND NOT citus_is_coordinator()`;

/**
 * The URL of a cluster's coordinator, if `url` leads to one of its workers: locks, NOTIFY and what all tenants share are there.
 *
 * @param db where `url` leads
 */
export async function coordinatorOf(db: Queryable, url: string): Promise<string | undefined> {
  if (!(await hasCitus(db))) return undefined;
  const [node] = (await db.query<{ host: string; port: number }>({ text: SELECT_COORDINATOR })).rows;
  return node && withServer(url, node.host, node.port);
}
