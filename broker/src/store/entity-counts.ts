import type { Entity } from '../model/entity.ts';
import type { Queryable } from './database.ts';
import { arrayLiteral } from './text-values.ts';

/**
 * The part of a statement that writes entities which keeps `entity_count`: of those among `written`.
 *
 * @param first the number of the first of its four parameters
 */
export function countingPart(first: number): string {
  return `counted AS (
    INSERT INTO entity_count (tenant, types, entities)
    SELECT c.tenant, c.types::text[], sum(c.entities)
    FROM unnest($${first}::text[], $${first + 1}::text[], $${first + 2}::text[], $${first + 3}::int[])
      AS c(tenant, id, types, entities)
    JOIN written w ON w.tenant = c.tenant AND w.id = c.id
    GROUP BY c.tenant, c.types
  )`;
}

interface Written {
  readonly tenant: string;
  readonly id: string;
  readonly before: { readonly entity: Entity } | undefined;
  readonly after: Entity | undefined;
}

/** Its parameters; undefined: no entity comes, goes or changes its types, as with nearly all updates. */
export function countingValues(writes: readonly Written[]): unknown[][] | undefined {
  const values: [string[], string[], string[], number[]] = [[], [], [], []];
  for (const { tenant, id, before, after } of writes) {
    const was = countedAs(before?.entity);
    const is = countedAs(after);
    if (was === is) continue;
    if (was !== undefined) push(values, tenant, id, was, -1);
    if (is !== undefined) push(values, tenant, id, is, 1);
  }
  return values[0].length === 0 ? undefined : values;
}

function countedAs(entity: Entity | undefined): string | undefined {
  return entity === undefined || entity.expiresAt !== undefined ? undefined : arrayLiteral(entity.types);
}

function push(values: [string[], string[], string[], number[]], ...row: [string, string, string, number]): void {
  values[0].push(row[0]);
  values[1].push(row[1]);
  values[2].push(row[2]);
  values[3].push(row[3]);
}

const LEAST_ROWS = 200;

const COUNT_ROWS = `SELECT count(*) AS count FROM (SELECT FROM entity_count LIMIT $1) AS first_rows`;

// What another process sums up meanwhile is locked by it, and passed over.
const SUM_UP = `
  WITH gone AS (
    DELETE FROM entity_count WHERE ctid = ANY (ARRAY(SELECT ctid FROM entity_count FOR UPDATE SKIP LOCKED))
    RETURNING tenant, types, entities
  )
  INSERT INTO entity_count (tenant, types, entities)
  SELECT tenant, types, sum(entities) FROM gone GROUP BY tenant, types HAVING sum(entities) <> 0`;

/** Sums up the rows that writes have appended, when they are many. */
export async function sumUpEntityCounts(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ count: number }>({ text: COUNT_ROWS, values: [LEAST_ROWS] });
  if ((rows[0]?.count ?? 0) >= LEAST_ROWS) await db.query({ text: SUM_UP });
}
