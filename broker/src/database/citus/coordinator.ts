import { withServer } from '@alzette/kit/postgres-url';
import { hasCitus } from '@alzette/kit/tenant-tables';
import type { Queryable } from '../database.ts';

const SELECT_COORDINATOR = `
  SELECT nodename AS host, nodeport AS port FROM pg_dist_node
  WHERE groupid = 0 AND noderole = 'primary' AND NOT citus_is_coordinator()`;

/**
 * The URL of the coordinator, if `url` is that of a worker of a cluster; otherwise undefined. Locks, NOTIFY and the tables that
 * all tenants share are on the coordinator.
 *
 * @param db the database at `url`
 */
export async function coordinatorOf(db: Queryable, url: string): Promise<string | undefined> {
  if (!(await hasCitus(db))) return undefined;
  const [node] = (await db.query<{ host: string; port: number }>({ text: SELECT_COORDINATOR })).rows;
  return node && withServer(url, node.host, node.port);
}
