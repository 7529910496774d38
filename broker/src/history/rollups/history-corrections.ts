import { addToGroups, ofTenant } from './group-sums.ts';

/*
 * Corrections of the sums of hours and days: numbers that were removed from or put back into the history after they
 * were summed up. A job applies them to the sums. Until then, readers apply them in the same way to what they read.
 */

export const SERIES = ['tenant', 'entity_id', 'attribute', 'dataset_id'] as const;
export const BUCKET = [...SERIES, 'start', 'observed'] as const;

export const list = (columns: readonly string[], row: string) => columns.map((column) => `${row}.${column}`).join(', ');
export const same = (columns: readonly string[], one: string, other: string) =>
  columns.map((column) => `${one}.${column} = ${other}.${column}`).join(' AND ');

/*
 * Recomputes the sums of a corrected bucket (d, with o as the old row) from its contents (r), if these are complete. If
 * retention has removed some, which the count shows, the corrections are added and minimum and maximum stay.
 */
const corrected = (isWhole: string) => `
    CASE WHEN ${isWhole} THEN r.count ELSE coalesce(o.count, 0) + d.count END AS count,
    CASE WHEN ${isWhole} THEN r.sum ELSE coalesce(o.sum, 0) + d.sum END AS sum,
    CASE WHEN ${isWhole} THEN r.sumsq ELSE coalesce(o.sumsq, 0) + d.sumsq END AS sumsq,
    CASE WHEN ${isWhole} THEN r.min ELSE least(o.min, d.min) END AS min,
    CASE WHEN ${isWhole} THEN r.max ELSE greatest(o.max, d.max) END AS max,
    ${isWhole} OR o.count IS NOT NULL AS is_kept`;

const IS_WHOLE = 'r.count = coalesce(o.count, 0) + d.count';

/**
 * The CTEs `amended_hours` and `amended_days`: the corrected hours and days, computed from a CTE `taken` of bucket
 * corrections (with number and sign) for instances up to the watermark. Rows that are not `is_kept`, or have no count,
 * are deleted.
 *
 * @param watermark an SQL expression
 *
 * @param tenant an SQL expression; absent: all tenants
 */
export function amended(watermark: string, tenant?: string): string {
  const of = (row: string) => ofTenant(row, tenant);
  return `deltas AS (
    SELECT ${BUCKET.join(', ')}, sum(sign)::bigint AS count, sum(sign * number) AS sum, sum(sign * number * number) AS sumsq,
      min(number) FILTER (WHERE sign = 1) AS min, max(number) FILTER (WHERE sign = 1) AS max
    FROM taken GROUP BY ${BUCKET.join(', ')}
  ), amended_hours AS MATERIALIZED (
    SELECT ${list(BUCKET, 'd')}, ${corrected(IS_WHOLE)},
      CASE WHEN ${IS_WHOLE} THEN r.sum - coalesce(o.sum, 0) ELSE d.sum END AS more_sum,
      CASE WHEN ${IS_WHOLE} THEN r.sumsq - coalesce(o.sumsq, 0) ELSE d.sumsq END AS more_sumsq,
      d.count AS more, d.min AS more_min, d.max AS more_max
    FROM deltas d LEFT JOIN history_hour o ON ${same(BUCKET, 'o', 'd')}${of('o')}
    CROSS JOIN LATERAL (
      SELECT count(*) AS count, coalesce(sum(h.number), 0) AS sum, coalesce(sum(h.number * h.number), 0) AS sumsq,
        min(h.number) AS min, max(h.number) AS max
      FROM history h
      WHERE ${same(SERIES, 'h', 'd')} AND h.at >= d.start AND h.at < d.start + interval '1 hour' AND h.number IS NOT NULL
        AND h.n <= ${watermark} AND (h.instance ? 'observedAt') = d.observed${of('h')}) AS r
  ), day_deltas AS (
    SELECT ${SERIES.join(', ')}, date_trunc('day', start, 'UTC') AS start, observed, sum(more)::bigint AS count,
      sum(more_sum) AS sum, sum(more_sumsq) AS sumsq, min(more_min) AS min, max(more_max) AS max
    FROM amended_hours GROUP BY 1, 2, 3, 4, 5, 6
  ), day_sums AS (
    SELECT ${list(BUCKET, 'd')}, coalesce(sum(p.count), 0) AS count, coalesce(sum(p.sum), 0) AS sum,
      coalesce(sum(p.sumsq), 0) AS sumsq, min(p.min) AS min, max(p.max) AS max
    FROM day_deltas d LEFT JOIN LATERAL (
      SELECT count, sum, sumsq, min, max FROM amended_hours h
      WHERE ${same([...SERIES, 'observed'], 'h', 'd')} AND h.start >= d.start AND h.start < d.start + interval '1 day'
        AND h.is_kept AND h.count > 0
      UNION ALL
      SELECT count, sum, sumsq, min, max FROM history_hour o
      WHERE ${same([...SERIES, 'observed'], 'o', 'd')} AND o.start >= d.start AND o.start < d.start + interval '1 day'${of('o')}
        AND NOT EXISTS (SELECT FROM amended_hours h WHERE ${same(BUCKET, 'h', 'o')})) AS p ON true
    GROUP BY ${list(BUCKET, 'd')}
  ), amended_days AS MATERIALIZED (
    SELECT ${list(BUCKET, 'd')}, ${corrected(IS_WHOLE)}
    FROM day_deltas d JOIN day_sums r ON ${same(BUCKET, 'r', 'd')} LEFT JOIN history_day o ON ${same(BUCKET, 'o', 'd')}${of('o')}
  )`;
}

const put = (table: string, from: string) => `
  INSERT INTO ${table} (${BUCKET.join(', ')}, count, sum, sumsq, min, max)
  SELECT ${BUCKET.join(', ')}, count, sum, sumsq, min, max FROM ${from} WHERE is_kept AND count > 0
  ON CONFLICT (${BUCKET.join(', ')}) DO UPDATE SET count = excluded.count, sum = excluded.sum, sumsq = excluded.sumsq,
    min = excluded.min, max = excluded.max`;

/** The changes of the sums of entities; the statement sees the sums before the changes. */
const changes = (table: string, from: string, tenant: string | undefined) => `
  SELECT ${list(SERIES, 'b')}, b.start, CASE WHEN b.is_kept AND b.count > 0 THEN b.count ELSE 0 END - coalesce(o.count, 0) AS count,
    CASE WHEN b.is_kept AND b.count > 0 THEN b.sum ELSE 0 END - coalesce(o.sum, 0) AS sum
  FROM ${from} b LEFT JOIN ${table} o ON ${same(BUCKET, 'o', 'b')}${ofTenant('o', tenant)}`;

const dropEmpty = (table: string, from: string, tenant: string | undefined) =>
  `DELETE FROM ${table} o USING ${from} b WHERE ${same(BUCKET, 'o', 'b')} AND b.count <= 0${ofTenant('o', tenant)}`;

/**
 * Applies corrections for instances up to the watermark `$1`, for at most `$2` buckets. Rows are read before they are
 * written, by CTEs in this order, because a cluster runs them one after the other.
 *
 * @param tenant an SQL expression; absent: all tenants
 */
export const correct = (tenant?: string): string => `
  WITH chosen AS (
    SELECT DISTINCT ${SERIES.join(', ')}, date_trunc('hour', at, 'UTC') AS start, observed
    FROM history_correction h WHERE h.n <= $1::bigint${ofTenant('h', tenant)} LIMIT $2
  ), taken AS (
    DELETE FROM history_correction c USING chosen k
    WHERE c.n <= $1::bigint AND ${same([...SERIES, 'observed'], 'c', 'k')} AND date_trunc('hour', c.at, 'UTC') = k.start${ofTenant('c', tenant)}
    RETURNING ${list(SERIES, 'c')}, k.start, c.observed, c.number, c.sign
  ), ${amended('$1::bigint', tenant)}, changed_hours AS MATERIALIZED (${changes('history_hour', 'amended_hours', tenant)}
  ), changed_days AS MATERIALIZED (${changes('history_day', 'amended_days', tenant)}
  ), put_hours AS (${put('history_hour', 'amended_hours')}
  ), put_days AS (${put('history_day', 'amended_days')}
  ), group_hours AS (${addToGroups('hour', 'changed_hours', 1, tenant)}
  ), group_days AS (${addToGroups('day', 'changed_days', 1, tenant)}
  ), dropped_hours AS (${dropEmpty('history_hour', 'amended_hours', tenant)}
  ), dropped_days AS (${dropEmpty('history_day', 'amended_days', tenant)})
  SELECT count(*) AS corrected FROM taken`;
