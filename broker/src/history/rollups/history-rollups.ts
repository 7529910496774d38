import { isByTenant } from '../../database/citus/by-tenant.ts';
import type { ServerAnswer } from '../../database/citus/every-node.ts';
import { everyNodeOf, rowsOfNodes } from '../../database/citus/tenant-nodes.ts';
import type { Database, Queryable, Statement } from '../../database/database.ts';
import { addToGroups, joinGroups, moveMembers, ofTenant, UNITS, type Unit } from './group-sums.ts';
import { BUCKET, correct, SERIES } from './history-corrections.ts';

/** The state of the sums of hours and days. */
export interface RollupState {
  /** Instances up to this number are summed up. */
  readonly watermark: number;
  /** The last number assigned. */
  readonly last: number;
  /** The time before which retention has removed instances that are contained in sums; null: never. */
  readonly instancesRemovedBefore: Date | null;
  /** The time before which it has removed sums of hours. */
  readonly hoursRemovedBefore: Date | null;
  readonly advancedAt: Date | null;
  readonly corrections: number;
}

const SELECT_STATE = `
  SELECT r.watermark, CASE WHEN n.is_called THEN n.last_value ELSE 0 END AS last,
    r.instances_removed_before AS "instancesRemovedBefore", r.hours_removed_before AS "hoursRemovedBefore",
    r.advanced_at AS "advancedAt", (SELECT count(*) FROM history_correction) AS corrections
  FROM history_rollup r, history_n n`;

/** On a cluster, where the numbers of instances are times of its nodes. */
const SELECT_STATE_OF_CLUSTER = `
  SELECT r.watermark, r.watermark AS last,
    r.instances_removed_before AS "instancesRemovedBefore", r.hours_removed_before AS "hoursRemovedBefore",
    r.advanced_at AS "advancedAt"
  FROM history_rollup r`;
const SELECT_CORRECTIONS = 'SELECT count(*) AS corrections FROM history_correction';

/** A clock may be set back by less than this, in microseconds. */
const CLOCK_MARGIN = 2_000_000;
const SELECT_CLOCK = 'SELECT history_number() AS now';

// The node of a tenant does not know the last number, so it assumes that there are instances after the watermark.
const SELECT_STATE_OF_TENANT = `
  SELECT r.watermark, r.watermark + 1 AS last,
    r.instances_removed_before AS "instancesRemovedBefore", r.hours_removed_before AS "hoursRemovedBefore",
    r.advanced_at AS "advancedAt", (SELECT count(*) FROM history_correction c WHERE c.tenant = $1) AS corrections
  FROM history_rollup r`;

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('alzette.rollups', 0))`;
const TRY_LOCK = `SELECT pg_try_advisory_xact_lock(hashtextextended('alzette.rollups', 0)) AS mine`;
const BY_INDEX = 'SET LOCAL enable_seqscan = off';

const SUMS = 'count, sum, sumsq, min, max';

const addTo = (table: string, rows: string) => `
  INSERT INTO ${table} AS o (${BUCKET.join(', ')}, ${SUMS})
  ${rows}
  ON CONFLICT (${BUCKET.join(', ')}) DO UPDATE SET count = o.count + excluded.count, sum = o.sum + excluded.sum,
    sumsq = o.sumsq + excluded.sumsq, min = least(o.min, excluded.min), max = greatest(o.max, excluded.max)`;

const HOURS = `SELECT ${BUCKET.join(', ')}, ${SUMS} FROM fresh`;
const DAYS = `SELECT ${SERIES.join(', ')}, date_trunc('day', start, 'UTC'), observed, sum(count), sum(sum), sum(sumsq), min(min), max(max)
  FROM fresh GROUP BY 1, 2, 3, 4, 5, 6`;

// Corrections of instances that are summed up only now are already taken into account.
const sumUp = (tenant?: string): string => `
  WITH fresh AS MATERIALIZED (
    SELECT ${SERIES.join(', ')}, date_trunc('hour', at, 'UTC') AS start, instance ? 'observedAt' AS observed, count(*) AS count,
      sum(number) AS sum, sum(number * number) AS sumsq, min(number) AS min, max(number) AS max
    FROM history h WHERE h.n > $1::bigint AND h.n <= $2::bigint AND h.number IS NOT NULL${ofTenant('h', tenant)}
    GROUP BY 1, 2, 3, 4, 5, 6
  ), hours AS (${addTo('history_hour', HOURS)}
  ), days AS (${addTo('history_day', DAYS)}
  ), group_hours AS (${addToGroups('hour', 'fresh', 1, tenant)}
  ), group_days AS (${addToGroups('day', 'fresh', 1, tenant)}
  )
  DELETE FROM history_correction c WHERE c.n > $1::bigint AND c.n <= $2::bigint${ofTenant('c', tenant)}`;

const NOTE_ADVANCE = 'UPDATE history_rollup SET watermark = $1::bigint, advanced_at = now()';

/** Microseconds. */
const MOST_OF_CLUSTER = 5_000_000;

const SELECT_FIRST = 'SELECT min(n) AS first FROM history WHERE n > $1::bigint AND n <= $2::bigint';

const SELECT_TENANTS = `
  SELECT tenant FROM history WHERE n > $1::bigint AND n <= $2::bigint
  UNION SELECT tenant FROM history_correction WHERE n <= $2::bigint`;

/** Corrects the sums up to `$1`, adds members, and adds instances up to `$2`: for all tenants, or for tenant `$3`. */
const STEPS = (tenant?: string) => ({ correct: correct(tenant), join: joinGroups(tenant), add: sumUp(tenant) });
const OF_ALL = STEPS();
const OF_TENANT = STEPS('$3');

const IS_FORGOTTEN = `tenant = $1 AND ($2::text IS NULL OR entity_id = $2)
    AND ($3::text IS NULL OR attribute = $3) AND ($4::text IS NULL OR dataset_id = $4)`;

const FORGET = (table: string) => `DELETE FROM ${table} WHERE ${IS_FORGOTTEN}`;

// The INSERT must not be the outer statement: Citus would send it to the node with everything before it.
const FORGET_SUMS = (unit: Unit) => `
  WITH gone AS (
    ${FORGET(UNITS[unit].ofEntities)} RETURNING tenant, entity_id, attribute, dataset_id, start, count, sum
  ), taken AS (${addToGroups(unit, 'gone', -1, '$1')})
  SELECT count(*) FROM gone`;

// A replacement of an instance that was deleted meanwhile still exists and must be summed up again.
const FORGET_CORRECTIONS = `
  WITH forgotten AS (${FORGET('history_correction')} RETURNING n
  ), again AS (
    INSERT INTO history_correction (tenant, entity_id, attribute, dataset_id, at, observed, n, number, sign)
    SELECT tenant, entity_id, attribute, dataset_id, at, instance ? 'observedAt', n, number, 1
    FROM history WHERE ${IS_FORGOTTEN} AND number IS NOT NULL AND n <= (SELECT watermark FROM history_rollup)
  )
  SELECT count(*) FROM forgotten`;

const SELECT_WRITERS = `
  SELECT DISTINCT virtualtransaction AS writer FROM pg_locks
  WHERE locktype = 'relation' AND relation = 'history'::regclass AND mode = 'RowExclusiveLock'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** The shards of the history on a node, by the id of the distributed table. */
export const SHARDS_OF_HISTORY = `
  SELECT to_regclass('history_' || shardid) FROM pg_dist_shard WHERE logicalrelid = 'history'::regclass`;

// The same on a node, by the names of its shards. Prepared transactions keep their locks, so they are included.
const SELECT_WRITERS_OF_NODE = `
  SELECT DISTINCT virtualtransaction AS writer FROM pg_locks
  WHERE locktype = 'relation' AND mode = 'RowExclusiveLock'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (relation = 'history'::regclass OR relation IN (${SHARDS_OF_HISTORY}))`;

// The BRIN index of numbers does not cover pages that no vacuum has processed.
const summarize = (isHistory: string) => `
  SELECT sum(brin_summarize_new_values(i.indexrelid)) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_am m ON m.oid = c.relam AND m.amname = 'brin'
  WHERE c.relkind = 'i' AND (i.indrelid ${isHistory}
    OR i.indrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent ${isHistory}))`;
const SUMMARIZE = summarize(`= 'history'::regclass`);
const SELECT_WRITES_OF_NODE = `
  SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::text AS writes FROM pg_stat_user_tables
  WHERE relid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent IN (${SHARDS_OF_HISTORY}))`;
const SUMMARIZE_OF_NODE = summarize(`IN (${SHARDS_OF_HISTORY})`);

/** @param tenant only on a cluster: returns the state for this tenant alone */
export async function rollupState(db: Queryable | Database, tenant?: string): Promise<RollupState> {
  if (tenant === undefined && isCluster(db)) return stateOfCluster(db);
  const { rows } = await db.query<RollupState>(
    tenant === undefined
      ? { name: 'rollup-state', text: SELECT_STATE }
      : { name: 'rollup-state-of-tenant', text: SELECT_STATE_OF_TENANT, values: [tenant] },
  );
  return rows[0] as RollupState; // the table has one row
}

const isCluster = (db: Queryable | Database): boolean => 'identity' in db && isByTenant(db);

async function stateOfCluster(db: Queryable): Promise<RollupState> {
  // The clocks are read first: instances with lower numbers are then visible.
  const clocks = await ofServers<{ now: number }>(db, { text: SELECT_CLOCK });
  const { rows } = await db.query<Omit<RollupState, 'corrections'>>({ text: SELECT_STATE_OF_CLUSTER });
  const state = rows[0] as RollupState; // as above
  const slowest = Math.min(...clocks.flatMap(({ rows }) => rows.map(({ now }) => now)));
  const counts = await rowsOfNodes<{ corrections: number }>(db, { text: SELECT_CORRECTIONS });
  const corrections = counts.reduce((all, each) => all + each.corrections, 0);
  return { ...state, corrections, last: Math.max(state.watermark, slowest - CLOCK_MARGIN) };
}

/** A text that changes some seconds after each write to the history of a cluster. */
export async function historyWrites(db: Database): Promise<string> {
  const servers = await ofServers<{ writes: string }>(db, { text: SELECT_WRITES_OF_NODE });
  return servers
    .map(({ groupId, rows }) => `${groupId} ${rows[0]?.writes}`)
    .sort()
    .join();
}

/** The answers of all servers of a cluster, or of the only server. @throws DatabaseUnavailable: one is unreachable */
export async function ofServers<Row>(db: Queryable, statement: Statement): Promise<ServerAnswer<Row>[]> {
  const every = everyNodeOf(db);
  return every?.servers<Row>(statement) ?? [{ groupId: 0, rows: (await db.query<Row>(statement)).rows }];
}

/** Transactions in progress that have written history, or may have been assigned numbers for it. */
export async function historyWriters(db: Queryable | Database): Promise<Set<string>> {
  type Writer = { readonly writer: string };
  if (isCluster(db)) {
    const servers = await ofServers<Writer>(db, { text: SELECT_WRITERS_OF_NODE });
    return new Set(servers.flatMap(({ groupId, rows }) => rows.map(({ writer }) => `${groupId} ${writer}`)));
  }
  const { rows } = await db.query<Writer>({ text: SELECT_WRITERS });
  return new Set(rows.map(({ writer }) => writer));
}

/**
 * Sums up the next instances up to a number, below which no new ones may appear. False: another process is doing it.
 */
export async function advanceRollups(db: Database, upTo: number, most: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await tryLock(tx))) return false;
    await tx.query({ text: BY_INDEX });
    const { watermark } = await rollupState(tx);
    const from = isByTenant(db) ? await firstOf(tx, watermark, upTo) : watermark;
    const next = Math.max(watermark, Math.min(upTo, from + (isByTenant(db) ? MOST_OF_CLUSTER : most)));
    if (isByTenant(db)) {
      const { rows } = await tx.query<{ tenant: string }>({ text: SELECT_TENANTS, values: [watermark, next] });
      for (const { tenant } of rows) await advance(tx, OF_TENANT, watermark, next, most, [tenant]);
    } else await advance(tx, OF_ALL, watermark, next, most, []);
    if (next > watermark) await tx.query({ text: NOTE_ADVANCE, values: [next] });
    return true;
  });
}

/** Where the next instances begin; `upTo` if there are none. */
async function firstOf(tx: Queryable, watermark: number, upTo: number): Promise<number> {
  const { rows } = await tx.query<{ first: number | null }>({ text: SELECT_FIRST, values: [watermark, upTo] });
  return rows[0]?.first ?? upTo;
}

async function advance(
  tx: Queryable,
  { correct, join, add }: ReturnType<typeof STEPS>,
  watermark: number,
  next: number,
  most: number,
  tenant: readonly string[],
): Promise<void> {
  await tx.query({ text: correct, values: [watermark, most, ...tenant] });
  if (next === watermark) return;
  await tx.query({ text: join, values: [watermark, next, ...tenant] });
  await tx.query({ text: add, values: [watermark, next, ...tenant] });
}

async function tryLock(tx: Queryable): Promise<boolean> {
  const { rows } = await tx.query<{ mine: boolean }>({ text: TRY_LOCK });
  return rows[0]?.mine === true;
}

/** Moves the sums of entities whose types or scopes have changed to their new groups. */
export async function regroupMembers(db: Database, isOver: () => boolean): Promise<void> {
  while (!isOver() && (await moveMembers(db, tryLock)));
}

/** Updates the index of numbers, so that queries by number need not scan all new rows. */
export async function summarizeNumbers(db: Database): Promise<void> {
  if (isByTenant(db)) await ofServers(db, { text: SUMMARIZE_OF_NODE });
  else await db.query({ text: SUMMARIZE });
}

/** Locks the sums while the transaction removes instances, so that nobody else changes them meanwhile. */
export async function holdRollups(tx: Queryable): Promise<void> {
  await tx.query({ text: LOCK });
  // SET instead of set_config, because Citus passes it on to its nodes.
  await tx.query({ text: `SET LOCAL alzette.keep_rollups = 'on'` });
}

/** Removes the sums of a tenant, an entity, an attribute, or a dataset. */
export async function forgetRollups(
  tx: Queryable,
  tenant: string,
  id?: string,
  attribute?: string,
  datasetId?: string,
): Promise<void> {
  const values = [tenant, id, attribute, datasetId];
  await tx.query({ text: FORGET_SUMS('hour'), values });
  await tx.query({ text: FORGET_SUMS('day'), values });
  await tx.query({ text: FORGET_CORRECTIONS, values });
}
