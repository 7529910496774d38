import type { Database, Queryable } from '../../database/database.ts';
import { addToGroups } from '../rollups/group-sums.ts';
import { holdRollups } from '../rollups/history-rollups.ts';
import { type HistoryTable, isHypertable } from '../tables/history-tables.ts';

const ENTITIES_AT_ONCE = 200;
const ROWS_AT_ONCE = 5_000;

/** Dropping a partition waits at most this long for its lock, because writers would queue behind it. */
const LOCK_TIMEOUT = `SET LOCAL lock_timeout = '2s'`;

// Tenants that keep nothing in a partition with this end. Others, such as snapshots, keep everything.
const SELECT_PAST_TENANTS = `
  SELECT tenant FROM history_retention
  GROUP BY tenant
  HAVING bool_or(type = '' AND attribute = '') AND bool_and(raw_days IS NOT NULL)
    AND date_trunc('day', now(), 'UTC') - make_interval(days => max(raw_days)) >= $1`;

// Data that is not summed up yet, or is being corrected, stays until it is. Tenants are found by skip scans along the
// index.
const isKept = (leaf: string) => `
  WITH RECURSIVE tenants AS (
    SELECT min(tenant) AS tenant FROM ${leaf}
    UNION ALL
    SELECT (SELECT min(l.tenant) FROM ${leaf} l WHERE l.tenant > t.tenant) FROM tenants t WHERE t.tenant IS NOT NULL)
  SELECT EXISTS (SELECT FROM tenants WHERE tenant <> ALL ($1::text[]))
    OR EXISTS (SELECT FROM ${leaf}, history_rollup WHERE n > watermark AND number IS NOT NULL)
    OR EXISTS (SELECT 1 FROM history_correction WHERE at >= $2 AND at < $3) AS kept`;

/** Records that data before a time has been removed. */
const noteRemoval = (column: string) =>
  `UPDATE history_rollup SET ${column} = greatest(${column}, $1::timestamptz) WHERE ${column} IS NULL OR ${column} < $1`;
const NOTE_REMOVAL = {
  raw: noteRemoval('instances_removed_before'),
  hour: noteRemoval('hours_removed_before'),
  day: undefined,
};

// Forces index lookups for each row, because the statistics of a recently filled table are misleading.
const BY_KEY = `SELECT set_config(name, 'off', true) FROM unnest(ARRAY['enable_hashjoin', 'enable_mergejoin']) AS name`;

const SELECT_TENANTS = 'SELECT DISTINCT tenant FROM history_retention ORDER BY tenant';

const TABLES = {
  raw: {
    table: 'history',
    time: 'at',
    unit: '',
    isReady: 'AND (h.number IS NULL OR h.n <= (SELECT watermark FROM history_rollup))',
  },
  hour: { table: 'history_hour', time: 'start', unit: ` - interval '1 hour'`, isReady: '' },
  day: { table: 'history_day', time: 'start', unit: ` - interval '1 day'`, isReady: '' },
} as const;

/** What to remove: instances, or sums of hours or days. */
export type Retained = keyof typeof TABLES;

// Removes data attribute by attribute for some entities, found by skip scans along the index. Kept data is not read.
function removal(retained: Retained): string {
  const { table, time, unit, isReady } = TABLES[retained];
  const key = retained === 'raw' ? 'n' : 'observed';
  return `
    WITH RECURSIVE batch AS MATERIALIZED (
      SELECT id, types FROM (
        SELECT id, types FROM entity WHERE tenant = $1 AND id > $2
        UNION ALL
        SELECT id, types FROM past_entity p WHERE tenant = $1 AND id > $2
          AND NOT EXISTS (SELECT 1 FROM entity e WHERE e.tenant = $1 AND e.id = p.id)) AS known
      ORDER BY id LIMIT ${ENTITIES_AT_ONCE}
    ), named AS (
      SELECT b.id, b.types, (SELECT min(h.attribute) FROM ${table} h WHERE h.tenant = $1 AND h.entity_id = b.id) AS attribute
      FROM batch b
      UNION ALL
      SELECT p.id, p.types, (SELECT min(h.attribute) FROM ${table} h
        WHERE h.tenant = $1 AND h.entity_id = p.id AND h.attribute > p.attribute)
      FROM named p WHERE p.attribute IS NOT NULL
    ), ends AS MATERIALIZED (
      SELECT id, attribute,
        date_trunc('day', now(), 'UTC') - make_interval(days => retained_days($1, types, attribute, '${retained}'))${unit} AS until
      FROM named WHERE attribute IS NOT NULL
    ), past AS MATERIALIZED (
      SELECT h.entity_id, h.attribute, h.dataset_id, h.${time} AS time, h.${key} AS key
      FROM ends e CROSS JOIN LATERAL (
        SELECT * FROM ${table} h WHERE h.tenant = $1 AND h.entity_id = e.id AND h.attribute = e.attribute AND h.${time} ${unit === '' ? '<' : '<='} e.until
          ${isReady} LIMIT ${ROWS_AT_ONCE}) AS h
      LIMIT ${ROWS_AT_ONCE}
    ), gone AS (
      DELETE FROM ${table} h USING past p
      WHERE h.tenant = $1 AND h.entity_id = p.entity_id AND h.attribute = p.attribute AND h.dataset_id = p.dataset_id
        AND h.${time} = p.time AND h.${key} = p.key
      RETURNING h.${time} AS time${
        retained === 'raw'
          ? ')'
          : `, h.tenant, h.entity_id, h.attribute, h.dataset_id, h.start, h.count, h.sum
    ), groups AS (${addToGroups(retained, 'gone', -1, '$1')})`
      }
    SELECT (SELECT count(*) FROM gone) AS removed,
      (SELECT date_trunc('day', max(time), 'UTC') + interval '1 day' FROM gone) AS before,
      (SELECT count(*) FROM past) AS found, (SELECT max(id) FROM batch) AS last`;
}

const REMOVALS = { raw: removal('raw'), hour: removal('hour'), day: removal('day') };

export async function tenantsWithPolicies(db: Queryable): Promise<string[]> {
  return (await db.query<{ tenant: string }>({ text: SELECT_TENANTS })).rows.map(({ tenant }) => tenant);
}

export interface Removal {
  readonly removed: number;
  /** The entity id after which to continue; undefined: finished. */
  readonly next: string | undefined;
}

/** Removes past data of the entities after an id, as much as fits into a short transaction. */
export async function removePast(db: Database, retained: Retained, tenant: string, after: string): Promise<Removal> {
  return db.transaction(async (tx) => {
    await holdRollups(tx);
    await tx.query({ text: BY_KEY });
    const { rows } = await tx.query<{ removed: number; before: Date | null; found: number; last: string | null }>({
      text: REMOVALS[retained],
      values: [tenant, after],
    });
    const { removed = 0, before = null, found = 0, last = null } = rows[0] ?? {};
    const note = NOTE_REMOVAL[retained];
    if (before !== null && note !== undefined) await tx.query({ text: note, values: [before.toISOString()] });
    // A full batch: these entities have more to remove.
    return { removed, next: found === ROWS_AT_ONCE ? after : (last ?? undefined) };
  });
}

/** Someone has been reading or writing there for the whole lock timeout. */
const LOCK_NOT_AVAILABLE = '55P03';

/** Drops a partition that contains only past data. Returns its number of instances; undefined if it stays. */
export async function dropPast(db: Database, leaf: HistoryTable): Promise<number | undefined> {
  const { name, from, to } = leaf;
  if (from === null || to === null || to > new Date() || (await isNeeded(db, leaf))) return undefined;
  const { rows } = await db.query<{ count: number }>({ text: `SELECT count(*) AS count FROM ${name}` });
  try {
    const isDropped = await db.transaction((tx) => drop(tx, name, from, to));
    return isDropped ? (rows[0]?.count ?? 0) : undefined;
  } catch (error) {
    // Its past data is then removed row by row.
    if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return undefined;
    throw error;
  }
}

async function drop(tx: Queryable, name: string, from: Date, to: Date): Promise<boolean> {
  await holdRollups(tx);
  await tx.query({ text: LOCK_TIMEOUT });
  await tx.query({ text: `LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE` });
  if (await isNeeded(tx, { name, from, to })) return false;
  if (await isHypertable(tx)) {
    await tx.query({
      text: `SELECT drop_chunks('history', older_than => $1::timestamptz, newer_than => $2::timestamptz)`,
      values: [to.toISOString(), from.toISOString()],
    });
  } else await tx.query({ text: `DROP TABLE ${name}` });
  await tx.query({ text: NOTE_REMOVAL.raw, values: [to.toISOString()] });
  return true;
}

async function isNeeded(
  db: Queryable,
  { name, from, to }: Pick<HistoryTable, 'name' | 'from' | 'to'>,
): Promise<boolean> {
  const past = await db.query<{ tenant: string }>({ text: SELECT_PAST_TENANTS, values: [to?.toISOString()] });
  const values = [past.rows.map(({ tenant }) => tenant), from?.toISOString(), to?.toISOString()];
  const { rows } = await db.query<{ kept: boolean }>({ text: isKept(name), values });
  return rows[0]?.kept === true;
}
