import { isByTenant } from '../../database/citus/by-tenant.ts';
import type { Database, Queryable, Statement } from '../../database/database.ts';

/*
 * Sums of hours and days for groups. A group is all entities with the same types and scopes; each entity is a member of
 * one group. A change of an entity's sums changes those of its group in the same transaction, which has the lock of the
 * rollups. If an entity is deleted or its types or scopes change, its sums are moved a little later.
 */

/** The tables with the sums of each unit: of entities, and of groups. */
export const UNITS = {
  hour: { ofEntities: 'history_hour', ofGroups: 'history_group_hour' },
  day: { ofEntities: 'history_day', ofGroups: 'history_group_day' },
} as const;
export type Unit = keyof typeof UNITS;

/** The condition that names the tenant of a row, in addition to others; '' if rows of all tenants are meant. */
export const ofTenant = (row: string, tenant: string | undefined) =>
  tenant === undefined ? '' : ` AND ${row}.tenant = ${tenant}`;

/** @param rows a SELECT of tenant, group_id, attribute, start, count and sum, one for each key */
const addRows = (unit: Unit, rows: string) => `
  INSERT INTO ${UNITS[unit].ofGroups} AS o (tenant, group_id, attribute, start, count, sum)
  ${rows}
  ON CONFLICT (tenant, group_id, attribute, start) DO UPDATE SET count = o.count + excluded.count, sum = o.sum + excluded.sum`;

/**
 * Applies changes in the sums of members to the sums of their groups.
 *
 * @param changes a relation of tenant, entity_id, attribute, dataset_id, start, count and sum, each with its sign
 */
export function addToGroups(unit: Unit, changes: string, sign: 1 | -1, tenant: string | undefined): string {
  const signed = (column: string) => (sign === 1 ? `sum(c.${column})` : `-sum(c.${column})`);
  return addRows(
    unit,
    `SELECT m.tenant, m.group_id, c.attribute, ${unit === 'hour' ? 'c.start' : `date_trunc('day', c.start, 'UTC')`}, ${signed('count')}, ${signed('sum')}
    FROM ${changes} c JOIN history_group_member m ON m.tenant = c.tenant AND m.entity_id = c.entity_id${ofTenant('m', tenant)}
    WHERE c.dataset_id = '' GROUP BY 1, 2, 3, 4`,
  );
}

/**
 * The CTEs `made` and `grouped`: the group of each entity of a CTE with tenant, types, scopes and key. Missing groups
 * are created.
 */
const groupsOf = (cte: string, tenant: string | undefined) => `
  made AS (
    INSERT INTO history_group (tenant, key, types, scopes)
    SELECT DISTINCT ON (tenant, key) tenant, key, types, scopes FROM ${cte} WHERE key IS NOT NULL
    ON CONFLICT (tenant, key) DO NOTHING RETURNING id, tenant, key
  ), grouped AS MATERIALIZED (
    SELECT c.*, coalesce(made.id, g.id) AS group_id
    FROM ${cte} c LEFT JOIN made ON made.tenant = c.tenant AND made.key = c.key
    LEFT JOIN history_group g ON g.tenant = c.tenant AND g.key = c.key${ofTenant('g', tenant)}
  )`;

// OFFSET 0 forces an index lookup for each entity, because there are few entities and the table is large.
const sumsOf = (unit: Unit, cte: string, sign: '' | '-', group: string, tenant: string | undefined) => `
  SELECT k.tenant, k.${group} AS group_id, h.attribute, h.start, ${sign}h.count AS count, ${sign}h.sum AS sum
  FROM ${cte} k CROSS JOIN LATERAL (
    SELECT attribute, start, count, sum FROM ${UNITS[unit].ofEntities} o
    WHERE o.tenant = k.tenant AND o.entity_id = k.entity_id AND o.dataset_id = ''${ofTenant('o', tenant)} OFFSET 0) AS h
  WHERE k.${group} IS NOT NULL`;

const added = (unit: Unit, parts: readonly string[]) =>
  addRows(
    unit,
    `SELECT tenant, group_id, attribute, start, sum(count), sum(sum) FROM (${parts.join(' UNION ALL ')}) AS part GROUP BY 1, 2, 3, 4`,
  );

/** Adds entities with instances from `$1` to `$2` that are in no group yet to their groups, with their sums so far. */
export const joinGroups = (tenant?: string): string => `
  WITH fresh AS (
    SELECT DISTINCT tenant, entity_id FROM history h
    WHERE h.n > $1::bigint AND h.n <= $2::bigint AND h.number IS NOT NULL${ofTenant('h', tenant)}
  ), coming AS MATERIALIZED (
    SELECT e.tenant, e.id AS entity_id, e.types, coalesce(e.scopes, '{}') AS scopes, history_group_key(e.types, e.scopes) AS key
    FROM fresh f JOIN entity e ON e.tenant = f.tenant AND e.id = f.entity_id${ofTenant('e', tenant)}
    WHERE NOT EXISTS (
      SELECT FROM history_group_member m WHERE m.tenant = f.tenant AND m.entity_id = f.entity_id${ofTenant('m', tenant)})
  ), ${groupsOf('coming', tenant)}, hours AS (${added('hour', [sumsOf('hour', 'grouped', '', 'group_id', tenant)])}
  ), days AS (${added('day', [sumsOf('day', 'grouped', '', 'group_id', tenant)])})
  INSERT INTO history_group_member (tenant, entity_id, group_id) SELECT tenant, entity_id, group_id FROM grouped`;

/** The entities moved at a time. A limit, because all hours of each are moved. */
const MOVED_AT_ONCE = 20;

const move = (tenant?: string): string => `
  WITH moved AS MATERIALIZED (
    SELECT m.tenant, m.entity_id, m.group_id AS before, e.types, coalesce(e.scopes, '{}') AS scopes,
      CASE WHEN e.id IS NOT NULL THEN history_group_key(e.types, e.scopes) END AS key
    FROM history_group_member m JOIN history_group g ON g.tenant = m.tenant AND g.id = m.group_id${ofTenant('g', tenant)}
    LEFT JOIN entity e ON e.tenant = m.tenant AND e.id = m.entity_id${ofTenant('e', tenant)}
    WHERE (e.id IS NULL OR e.types <> g.types OR coalesce(e.scopes, '{}') <> g.scopes)${ofTenant('m', tenant)} LIMIT ${MOVED_AT_ONCE}
  ), ${groupsOf('moved', tenant)}, hours AS (
    ${added('hour', [sumsOf('hour', 'grouped', '-', 'before', tenant), sumsOf('hour', 'grouped', '', 'group_id', tenant)])}
  ), days AS (
    ${added('day', [sumsOf('day', 'grouped', '-', 'before', tenant), sumsOf('day', 'grouped', '', 'group_id', tenant)])}
  ), gone AS (
    DELETE FROM history_group_member m USING grouped k
    WHERE k.group_id IS NULL AND m.tenant = k.tenant AND m.entity_id = k.entity_id${ofTenant('m', tenant)}
  ), changed AS (
    UPDATE history_group_member m SET group_id = k.group_id FROM grouped k
    WHERE k.group_id IS NOT NULL AND m.tenant = k.tenant AND m.entity_id = k.entity_id${ofTenant('m', tenant)})
  SELECT count(*)::int AS moved FROM moved`;

const MOVE_ALL = move();
const MOVE_OF_TENANT = move('$1');
const SELECT_GROUPED = 'SELECT DISTINCT tenant FROM history_group';

async function moved(tx: Queryable, statement: Statement): Promise<number> {
  return (await tx.query<{ moved: number }>(statement)).rows[0]?.moved ?? 0;
}

/**
 * Moves entities whose types or scopes have changed to their new groups, and removes deleted ones from theirs.
 *
 * @returns whether there may be more
 */
export async function moveMembers(db: Database, takeLock: (tx: Queryable) => Promise<boolean>): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await takeLock(tx))) return false;
    if (!isByTenant(db)) return (await moved(tx, { text: MOVE_ALL })) === MOVED_AT_ONCE;
    const { rows: tenants } = await tx.query<{ tenant: string }>({ text: SELECT_GROUPED });
    let isMore = false;
    for (const { tenant } of tenants) {
      if ((await moved(tx, { text: MOVE_OF_TENANT, values: [tenant] })) === MOVED_AT_ONCE) isMore = true;
    }
    return isMore;
  });
}
