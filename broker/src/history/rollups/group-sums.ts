import type { Database, Queryable } from '../../database/database.ts';

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

/** @param rows a SELECT of tenant, group_id, attribute, start, count and sum, one for each key */
const addRows = (unit: Unit, rows: string) => `
  INSERT INTO ${UNITS[unit].ofGroups} AS o (tenant, group_id, attribute, start, count, sum)
  ${rows}
  ON CONFLICT (group_id, attribute, start) DO UPDATE SET count = o.count + excluded.count, sum = o.sum + excluded.sum`;

/**
 * Applies changes in the sums of members to the sums of their groups.
 *
 * @param changes a relation of tenant, entity_id, attribute, dataset_id, start, count and sum, each with its sign
 */
export function addToGroups(unit: Unit, changes: string, sign: 1 | -1 = 1): string {
  const signed = (column: string) => (sign === 1 ? `sum(c.${column})` : `-sum(c.${column})`);
  return addRows(
    unit,
    `SELECT m.tenant, m.group_id, c.attribute, ${unit === 'hour' ? 'c.start' : `date_trunc('day', c.start, 'UTC')`}, ${signed('count')}, ${signed('sum')}
    FROM ${changes} c JOIN history_group_member m ON m.tenant = c.tenant AND m.entity_id = c.entity_id
    WHERE c.dataset_id = '' GROUP BY 1, 2, 3, 4`,
  );
}

/**
 * The CTEs `made` and `grouped`: the group of each entity of a CTE with tenant, types, scopes and key. Missing groups
 * are created.
 */
const groupsOf = (cte: string) => `
  made AS (
    INSERT INTO history_group (tenant, key, types, scopes)
    SELECT DISTINCT ON (tenant, key) tenant, key, types, scopes FROM ${cte} WHERE key IS NOT NULL
    ON CONFLICT (tenant, key) DO NOTHING RETURNING id, tenant, key
  ), grouped AS MATERIALIZED (
    SELECT c.*, coalesce(made.id, g.id) AS group_id
    FROM ${cte} c LEFT JOIN made ON made.tenant = c.tenant AND made.key = c.key
    LEFT JOIN history_group g ON g.tenant = c.tenant AND g.key = c.key
  )`;

// OFFSET 0 forces an index lookup for each entity, because there are few entities and the table is large.
const sumsOf = (unit: Unit, cte: string, sign: '' | '-', group: string) => `
  SELECT k.tenant, k.${group} AS group_id, h.attribute, h.start, ${sign}h.count AS count, ${sign}h.sum AS sum
  FROM ${cte} k CROSS JOIN LATERAL (
    SELECT attribute, start, count, sum FROM ${UNITS[unit].ofEntities} o
    WHERE o.tenant = k.tenant AND o.entity_id = k.entity_id AND o.dataset_id = '' OFFSET 0) AS h
  WHERE k.${group} IS NOT NULL`;

const added = (unit: Unit, parts: readonly string[]) =>
  addRows(
    unit,
    `SELECT tenant, group_id, attribute, start, sum(count), sum(sum) FROM (${parts.join(' UNION ALL ')}) AS part GROUP BY 1, 2, 3, 4`,
  );

/** Adds entities with instances from `$1` to `$2` that are in no group yet to their groups, with their sums so far. */
export const JOIN_GROUPS = `
  WITH fresh AS (
    SELECT DISTINCT tenant, entity_id FROM history WHERE n > $1::bigint AND n <= $2::bigint AND number IS NOT NULL
  ), coming AS MATERIALIZED (
    SELECT e.tenant, e.id AS entity_id, e.types, coalesce(e.scopes, '{}') AS scopes, history_group_key(e.types, e.scopes) AS key
    FROM fresh f JOIN entity e ON e.tenant = f.tenant AND e.id = f.entity_id
    WHERE NOT EXISTS (SELECT FROM history_group_member m WHERE m.tenant = f.tenant AND m.entity_id = f.entity_id)
  ), ${groupsOf('coming')}, hours AS (${added('hour', [sumsOf('hour', 'grouped', '', 'group_id')])}
  ), days AS (${added('day', [sumsOf('day', 'grouped', '', 'group_id')])})
  INSERT INTO history_group_member (tenant, entity_id, group_id) SELECT tenant, entity_id, group_id FROM grouped`;

/** The entities moved at a time. A limit, because all hours of each are moved. */
const MOVED_AT_ONCE = 20;

const MOVE = `
  WITH moved AS MATERIALIZED (
    SELECT m.tenant, m.entity_id, m.group_id AS before, e.types, coalesce(e.scopes, '{}') AS scopes,
      CASE WHEN e.id IS NOT NULL THEN history_group_key(e.types, e.scopes) END AS key
    FROM history_group_member m JOIN history_group g ON g.id = m.group_id
    LEFT JOIN entity e ON e.tenant = m.tenant AND e.id = m.entity_id
    WHERE e.id IS NULL OR e.types <> g.types OR coalesce(e.scopes, '{}') <> g.scopes LIMIT ${MOVED_AT_ONCE}
  ), ${groupsOf('moved')}, hours AS (
    ${added('hour', [sumsOf('hour', 'grouped', '-', 'before'), sumsOf('hour', 'grouped', '', 'group_id')])}
  ), days AS (
    ${added('day', [sumsOf('day', 'grouped', '-', 'before'), sumsOf('day', 'grouped', '', 'group_id')])}
  ), gone AS (
    DELETE FROM history_group_member m USING grouped k
    WHERE k.group_id IS NULL AND m.tenant = k.tenant AND m.entity_id = k.entity_id
  ), changed AS (
    UPDATE history_group_member m SET group_id = k.group_id FROM grouped k
    WHERE k.group_id IS NOT NULL AND m.tenant = k.tenant AND m.entity_id = k.entity_id)
  SELECT count(*)::int AS moved FROM moved`;

/**
 * Moves entities whose types or scopes have changed to their new groups, and removes deleted ones from theirs.
 *
 * @returns whether there may be more
 */
export async function moveMembers(db: Database, takeLock: (tx: Queryable) => Promise<boolean>): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await takeLock(tx))) return false;
    const { rows } = await tx.query<{ moved: number }>({ text: MOVE });
    return rows[0]?.moved === MOVED_AT_ONCE;
  });
}
