import type { Database } from '../database.ts';
import { isByTenant } from './by-tenant.ts';

/** A node of a cluster. */
export interface ClusterNode {
  readonly host: string;
  readonly port: number;
}

export interface TenantMove {
  /** The default tenant is ''. */
  readonly tenant: string;
  readonly to: ClusterNode;
  /** Whether the tenant gets its own shard, which can later be moved separately. */
  readonly alone: boolean;
}

const SELECT_NODES = `
  SELECT nodeid AS id, nodename AS host, nodeport AS port FROM pg_dist_node
  WHERE noderole = 'primary' AND isactive AND shouldhaveshards ORDER BY nodeid`;

const SELECT_SHARD = `
  SELECT s.shardid AS id, s.shardminvalue::int AS min, s.shardmaxvalue::int AS max, worker_hash($1::text) AS hash,
    n.nodename AS host, n.nodeport AS port
  FROM pg_dist_shard s JOIN pg_dist_placement p ON p.shardid = s.shardid
  JOIN pg_dist_node n ON n.groupid = p.groupid AND n.noderole = 'primary'
  WHERE s.shardid = get_shard_id_for_distribution_column('entity', $1::text)`;

const SELECT_TENANT = `SELECT FROM tenant WHERE name = $1`;

const MOVE = `SELECT citus_move_shard_placement($1::bigint, $2::text, $3::int, $4::text, $5::int, 'auto')`;

const SPLIT = `SELECT citus_split_shard_by_split_points($1::bigint, $2::text[], $3::int[], 'auto')`;

interface Shard extends ClusterNode {
  readonly id: number;
  /** The range of the hashes of its tenants. */
  readonly min: number;
  readonly max: number;
  /** The hash of this tenant. */
  readonly hash: number;
}

/**
 * Moves a tenant to another node of a cluster, together with the other tenants of its shard. Writes continue meanwhile.
 *
 * @returns false: it is already on this node, with its own shard if requested
 * @throws Error: the database is not a cluster; the tenant or node does not exist; the tenant is already on the node, where its
 * shard can't be split
 */
export async function moveTenant(db: Database, { tenant, to, alone }: TenantMove): Promise<boolean> {
  if (!isByTenant(db))
    throw new Error('DATABASE_URL: got a database that is not a Citus cluster, expected a coordinator');
  if (tenant !== '' && (await db.query({ text: SELECT_TENANT, values: [tenant] })).rowCount === 0) {
    throw new Error(`tenant: there is none named ${tenant}`);
  }
  const nodes = (await db.query<ClusterNode & { readonly id: number }>({ text: SELECT_NODES })).rows;
  const node = nodes.find((each) => isSame(each, to));
  if (node === undefined)
    throw new Error(`node: got ${nodeText(to)}, expected one of ${nodes.map(nodeText).join(', ')}`);
  const shard = (await db.query<Shard>({ text: SELECT_SHARD, values: [tenant] })).rows[0] as Shard; // each hash belongs to a shard
  const isThere = isSame(shard, to);
  if (!alone || shard.min === shard.max) {
    if (isThere) return false;
    const values = [shard.id, shard.host, shard.port, to.host, to.port];
    await db.query({ text: MOVE, values, mayWaitForLocks: true });
    return true;
  }
  // On the same node, an update before the new shards have their primary keys would stop the replication for good.
  if (isThere)
    throw new Error(`node: ${nodeText(to)} has the tenant already, and its shard is split onto another node only`);
  const points = [shard.hash - 1, shard.hash].filter((point) => point >= shard.min && point < shard.max);
  const values = [shard.id, points.map(String), Array.from({ length: points.length + 1 }, () => node.id)];
  await db.query({ text: SPLIT, values, mayWaitForLocks: true });
  return true;
}

const isSame = (a: ClusterNode, b: ClusterNode) => a.host === b.host && a.port === b.port;

const nodeText = ({ host, port }: ClusterNode) => `${host}:${port}`;
