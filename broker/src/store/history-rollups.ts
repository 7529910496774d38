import type { Database, Queryable } from './database.ts';

/** How far the sums of hours and days have come. */
export interface RollupState {
  /** Instances up to this number are summed up. */
  readonly watermark: number;
  /** The number drawn last. */
  readonly last: number;
  /** Whether retention ever removed instances that the sums still know of. */
  readonly rawRemoved: boolean;
  readonly advancedAt: Date | null;
  readonly corrections: number;
}

const SELECT_STATE = `
  SELECT r.watermark, CASE WHEN n.is_called THEN n.last_value ELSE 0 END AS last, r.raw_removed AS "rawRemoved",
    r.advanced_at AS "advancedAt", (SELECT count(*) FROM history_correction) AS corrections
  FROM history_rollup r, history_n n`;

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('alzette.rollups', 0))`;
const TRY_LOCK = `SELECT pg_try_advisory_xact_lock(hashtextextended('alzette.rollups', 0)) AS mine`;
const BY_INDEX = 'SET LOCAL enable_seqscan = off';

const SERIES = ['tenant', 'entity_id', 'attribute', 'dataset_id'] as const;
const BUCKET = [...SERIES, 'start', 'observed'] as const;

const list = (columns: readonly string[], row: string) => columns.map((column) => `${row}.${column}`).join(', ');
const same = (columns: readonly string[], one: string, other: string) =>
  columns.map((column) => `${one}.${column} = ${other}.${column}`).join(' AND ');

const addTo = (table: string, unit: 'hour' | 'day') => `
  INSERT INTO ${table} AS o (${BUCKET.join(', ')}, count, sum, sumsq, min, max)
  SELECT ${SERIES.join(', ')}, date_trunc('${unit}', start, 'UTC'), observed, sum(count), sum(sum), sum(sumsq), min(min), max(max)
  FROM fresh GROUP BY 1, 2, 3, 4, 5, 6
  ON CONFLICT (${BUCKET.join(', ')}) DO UPDATE SET count = o.count + excluded.count, sum = o.sum + excluded.sum,
    sumsq = o.sumsq + excluded.sumsq, min = least(o.min, excluded.min), max = greatest(o.max, excluded.max)`;

// Corrections of what is summed up only now are seen in it already.
const ADVANCE = `
  WITH fresh AS MATERIALIZED (
    SELECT ${SERIES.join(', ')}, date_trunc('hour', at, 'UTC') AS start, instance ? 'observedAt' AS observed, count(*) AS count,
      sum(number) AS sum, sum(number * number) AS sumsq, min(number) AS min, max(number) AS max
    FROM history WHERE n > $1::bigint AND n <= $2::bigint AND number IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6
  ), hours AS (${addTo('history_hour', 'hour')}
  ), days AS (${addTo('history_day', 'day')}
  ), seen AS (DELETE FROM history_correction WHERE n > $1::bigint AND n <= $2::bigint)
  UPDATE history_rollup SET watermark = $2::bigint, advanced_at = now()`;

const put = (table: string, from: string) => `
  INSERT INTO ${table} (${BUCKET.join(', ')}, count, sum, sumsq, min, max)
  SELECT ${BUCKET.join(', ')}, count, sum, sumsq, min, max FROM ${from} WHERE is_kept AND count > 0
  ON CONFLICT (${BUCKET.join(', ')}) DO UPDATE SET count = excluded.count, sum = excluded.sum, sumsq = excluded.sumsq,
    min = excluded.min, max = excluded.max`;

const dropEmpty = (table: string, from: string) =>
  `DELETE FROM ${table} o USING ${from} b WHERE ${same(BUCKET, 'o', 'b')} AND b.count <= 0`;

/*
 * The sums of a bucket that was corrected (d, the row o as it was) are made anew from what it sums up (r), if all of that is
 * there. If retention has removed some of it the count tells: then the corrections are added, and the extremes stay.
 */
const corrected = (isWhole: string) => `
    CASE WHEN ${isWhole} THEN r.count ELSE coalesce(o.count, 0) + d.count END AS count,
    CASE WHEN ${isWhole} THEN r.sum ELSE coalesce(o.sum, 0) + d.sum END AS sum,
    CASE WHEN ${isWhole} THEN r.sumsq ELSE coalesce(o.sumsq, 0) + d.sumsq END AS sumsq,
    CASE WHEN ${isWhole} THEN r.min ELSE least(o.min, d.min) END AS min,
    CASE WHEN ${isWhole} THEN r.max ELSE greatest(o.max, d.max) END AS max,
    ${isWhole} OR o.count IS NOT NULL AS is_kept`;

const IS_WHOLE = 'r.count = coalesce(o.count, 0) + d.count';

const CORRECT = `
  WITH chosen AS (
    SELECT DISTINCT ${SERIES.join(', ')}, date_trunc('hour', at, 'UTC') AS start, observed
    FROM history_correction WHERE n <= $1::bigint LIMIT $2
  ), taken AS (
    DELETE FROM history_correction c USING chosen k
    WHERE c.n <= $1::bigint AND ${same([...SERIES, 'observed'], 'c', 'k')} AND date_trunc('hour', c.at, 'UTC') = k.start
    RETURNING ${list(SERIES, 'c')}, k.start, c.observed, c.number, c.sign
  ), deltas AS (
    SELECT ${BUCKET.join(', ')}, sum(sign)::bigint AS count, sum(sign * number) AS sum, sum(sign * number * number) AS sumsq,
      min(number) FILTER (WHERE sign = 1) AS min, max(number) FILTER (WHERE sign = 1) AS max
    FROM taken GROUP BY ${BUCKET.join(', ')}
  ), hours AS MATERIALIZED (
    SELECT ${list(BUCKET, 'd')}, ${corrected(IS_WHOLE)},
      CASE WHEN ${IS_WHOLE} THEN r.sum - coalesce(o.sum, 0) ELSE d.sum END AS more_sum,
      CASE WHEN ${IS_WHOLE} THEN r.sumsq - coalesce(o.sumsq, 0) ELSE d.sumsq END AS more_sumsq,
      d.count AS more, d.min AS more_min, d.max AS more_max
    FROM deltas d LEFT JOIN history_hour o ON ${same(BUCKET, 'o', 'd')}
    CROSS JOIN LATERAL (
      SELECT count(*) AS count, coalesce(sum(h.number), 0) AS sum, coalesce(sum(h.number * h.number), 0) AS sumsq,
        min(h.number) AS min, max(h.number) AS max
      FROM history h
      WHERE ${same(SERIES, 'h', 'd')} AND h.at >= d.start AND h.at < d.start + interval '1 hour' AND h.number IS NOT NULL
        AND h.n <= $1::bigint AND (h.instance ? 'observedAt') = d.observed) AS r
  ), day_deltas AS (
    SELECT ${SERIES.join(', ')}, date_trunc('day', start, 'UTC') AS start, observed, sum(more)::bigint AS count,
      sum(more_sum) AS sum, sum(more_sumsq) AS sumsq, min(more_min) AS min, max(more_max) AS max
    FROM hours GROUP BY 1, 2, 3, 4, 5, 6
  ), day_sums AS (
    SELECT ${list(BUCKET, 'd')}, coalesce(sum(p.count), 0) AS count, coalesce(sum(p.sum), 0) AS sum,
      coalesce(sum(p.sumsq), 0) AS sumsq, min(p.min) AS min, max(p.max) AS max
    FROM day_deltas d LEFT JOIN LATERAL (
      SELECT count, sum, sumsq, min, max FROM hours h
      WHERE ${same([...SERIES, 'observed'], 'h', 'd')} AND h.start >= d.start AND h.start < d.start + interval '1 day'
        AND h.is_kept AND h.count > 0
      UNION ALL
      SELECT count, sum, sumsq, min, max FROM history_hour o
      WHERE ${same([...SERIES, 'observed'], 'o', 'd')} AND o.start >= d.start AND o.start < d.start + interval '1 day'
        AND NOT EXISTS (SELECT FROM hours h WHERE ${same(BUCKET, 'h', 'o')})) AS p ON true
    GROUP BY ${list(BUCKET, 'd')}
  ), days AS MATERIALIZED (
    SELECT ${list(BUCKET, 'd')}, ${corrected(IS_WHOLE)}
    FROM day_deltas d JOIN day_sums r ON ${same(BUCKET, 'r', 'd')} LEFT JOIN history_day o ON ${same(BUCKET, 'o', 'd')}
  ), put_hours AS (${put('history_hour', 'hours')}
  ), put_days AS (${put('history_day', 'days')}
  ), dropped_hours AS (${dropEmpty('history_hour', 'hours')}
  ), dropped_days AS (${dropEmpty('history_day', 'days')})
  SELECT count(*) AS corrected FROM taken`;

const FORGET = (table: string) => `
  DELETE FROM ${table} WHERE tenant = $1 AND entity_id = $2
    AND ($3::text IS NULL OR attribute = $3) AND ($4::text IS NULL OR dataset_id = $4)`;

const SELECT_WRITERS = `
  SELECT DISTINCT virtualtransaction AS writer FROM pg_locks
  WHERE locktype = 'relation' AND relation = 'history'::regclass AND mode = 'RowExclusiveLock'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

// The index of numbers tells nothing of pages that no vacuum has come by.
const SUMMARIZE = `
  SELECT sum(brin_summarize_new_values(i.indexrelid)) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_am m ON m.oid = c.relam AND m.amname = 'brin'
  WHERE c.relkind = 'i' AND (i.indrelid = 'history'::regclass
    OR i.indrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'history'::regclass))`;

export async function rollupState(db: Queryable): Promise<RollupState> {
  const { rows } = await db.query<RollupState>({ name: 'rollup-state', text: SELECT_STATE });
  return rows[0] as RollupState; // the table has one row
}

/** The transactions under way that have written history, or may have drawn numbers for it. */
export async function historyWriters(db: Queryable): Promise<Set<string>> {
  const { rows } = await db.query<{ writer: string }>({ text: SELECT_WRITERS });
  return new Set(rows.map(({ writer }) => writer));
}

/** Sums up the next instances up to a number, beyond which none with a lower one may come. False: another process is at it. */
export async function advanceRollups(db: Database, upTo: number, most: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ mine: boolean }>({ text: TRY_LOCK });
    if (!rows[0]?.mine) return false;
    await tx.query({ text: BY_INDEX });
    const { watermark } = await rollupState(tx);
    await tx.query({ text: CORRECT, values: [watermark, most] });
    const next = Math.min(upTo, watermark + most);
    if (next > watermark) await tx.query({ text: ADVANCE, values: [watermark, next] });
    return true;
  });
}

export async function summarizeNumbers(db: Queryable): Promise<void> {
  await db.query({ text: SUMMARIZE });
}

/** Keeps the sums as they are while the transaction takes instances away, and no one else changes them meanwhile. */
export async function holdRollups(tx: Queryable): Promise<void> {
  await tx.query({ text: LOCK });
  await tx.query({ text: `SELECT set_config('alzette.keep_rollups', 'on', true)` });
}

/** Removes the sums of an entity, of one attribute of it, or of one dataset of that. */
export async function forgetRollups(
  tx: Queryable,
  tenant: string,
  id: string,
  attribute?: string,
  datasetId?: string,
): Promise<void> {
  const values = [tenant, id, attribute, datasetId];
  await tx.query({ text: FORGET('history_hour'), values });
  await tx.query({ text: FORGET('history_day'), values });
  await tx.query({ text: FORGET('history_correction'), values });
}
