import type { Queryable } from '../database.ts';

const OF_SHARDS = `SELECT result AS rows FROM run_command_on_shards($1, $2) WHERE success AND result <> ''`;

/**
 * Rows of all tenants. Those of a node that is away are left out, where a query of the distributed table would fail.
 *
 * @param select without parameters, with `%s` in place of the table
 */
export async function rowsOfShards<Row>(db: Queryable, table: string, select: string): Promise<Row[]> {
  const values = [table, `SELECT json_agg(found) FROM (${select}) AS found`];
  const { rows } = await db.query<{ rows: string }>({ text: OF_SHARDS, values });
  return rows.flatMap((shard) => JSON.parse(shard.rows) as Row[]);
}
