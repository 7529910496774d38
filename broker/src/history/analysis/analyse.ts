import type { Caller } from '../../access/caller.ts';
import { shows, type VisibleRule } from '../../access/visibility.ts';
import type { Queryable } from '../../database/database.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import { restriction, visibleRows, visibleTo } from '../../entities/read/q-sql/access-filter.ts';
import { entityCondition } from '../../entities/read/q-sql/entity-condition.ts';
import type { EntityFilter } from '../../query/entity-query.ts';
import { UNITS, type Unit } from '../rollups/group-sums.ts';
import { HOUR, type Range } from '../rollups/rollup-plan.ts';
import type { Analysis, AnalysisAnswer, Dimension, MeasureKind, Period, Step } from './analysis.ts';
import { type StepRanges, stepRanges } from './step-ranges.ts';

/*
 * Groups and aggregates the entities that the caller may see: their current values, or their history, for which sums by
 * hour and day are used. All values are SQL parameters.
 */

interface Row {
  readonly keys: (string | null)[];
  readonly at: Date | null;
  readonly value: number | null;
  readonly count: number;
}

/** @throws StatementTimeout: it takes too long */
export async function analyse(db: Queryable, caller: Caller, asked: Analysis): Promise<AnalysisAnswer> {
  const params = new SqlParameters([caller.tenant]);
  const { over } = asked;
  const ranges = over && (await rangesOf(db, caller, asked, over));
  const text =
    over === undefined || ranges === undefined
      ? ofNow(caller, asked, params)
      : ofPeriod(caller, asked, over, ranges, params);
  const { rows } = await db.query<Row>({ text, values: params.values });
  return {
    rows: rows.slice(0, asked.limit).map(({ at, ...row }) => ({ ...row, at: at === null ? null : at.toISOString() })),
    isCut: rows.length > asked.limit,
    ...(ranges?.areUtc && { hasUtcDays: true }),
  };
}

const AGGREGATES: Readonly<Record<Exclude<MeasureKind, 'count' | 'increase'>, string>> = {
  sum: 'sum(number)',
  average: 'avg(number)',
  lowest: 'min(number)',
  highest: 'max(number)',
};

function ofNow(caller: Caller, asked: Analysis, params: SqlParameters): string {
  const { attribute, kind } = asked.measure;
  const number = attribute === undefined ? 'NULL::float8' : numberOf(attribute, params);
  const value = kind === 'count' || kind === 'increase' ? 'count(*)::float8' : AGGREGATES[kind];
  const known = attribute === undefined ? '' : 'WHERE number IS NOT NULL';
  return `WITH chosen AS (${chosen(caller, asked, params, number)})
    SELECT keys, NULL::timestamptz AS at, ${value}::float8 AS value, count(*)::int AS count
    FROM chosen ${known} GROUP BY keys ORDER BY value DESC NULLS LAST, keys LIMIT ${asked.limit + 1}`;
}

/** From so many sums of hours on, an analysis of single entities by day reads sums of UTC days. */
const MOST_HOURS = 4_000_000;
/** Periods up to this length always have local days. */
const LONG_MS = 35 * 24 * HOUR;

const SELECT_HOURS_KEPT = `
  SELECT CASE WHEN k.days IS NOT NULL AND r.hours_removed_before IS NOT NULL
      THEN least(r.hours_removed_before, date_trunc('day', now(), 'UTC') - make_interval(days => k.days)) END AS "keptFrom"
  FROM history_rollup r CROSS JOIN (SELECT min(hour_days) AS days FROM history_retention WHERE tenant = $1) AS k`;

async function rangesOf(db: Queryable, caller: Caller, asked: Analysis, over: Period): Promise<StepRanges> {
  const { rows } = await db.query<{ keptFrom: Date | null }>({ text: SELECT_HOURS_KEPT, values: [caller.tenant] });
  const exact = stepRanges(over, rows[0]?.keptFrom?.getTime());
  const hours = exact.hours.reduce((sum, [from, to]) => sum + (to - from) / HOUR, 0);
  if (over.step !== 'day' || hours * HOUR < LONG_MS) return exact;
  const params = new SqlParameters([caller.tenant]);
  if (groupsOf(caller, asked, params) !== undefined) return exact;
  const most = Math.floor(MOST_HOURS / hours);
  const text = `SELECT count(*)::int AS count FROM (${chosen(caller, asked, params, 'NULL::float8')} LIMIT ${most + 1}) AS c`;
  const counted = await db.query<{ count: number }>({ text, values: params.values });
  return (counted.rows[0]?.count ?? 0) <= most ? exact : stepRanges(over, Date.parse(over.to));
}

function ofPeriod(
  caller: Caller,
  asked: Analysis,
  over: Period,
  { days, hours }: StepRanges,
  params: SqlParameters,
): string {
  const { kind, attribute = '' } = asked.measure;
  const name = params.add(attribute);
  const from = `${params.add(over.from)}::timestamptz`;
  const to = `${params.add(over.to)}::timestamptz`;
  const at = stepOf(over.step, over.timeZone, params);
  const isOf = (row: string) =>
    `${row}.tenant = $1 AND ${row}.attribute = ${name} AND ${row}.entity_id = c.id AND ${row}.dataset_id = ''`;
  const single = (row: string) =>
    `${row}.at, 1 AS count, ${row}.number AS sum, ${row}.number AS min, ${row}.number AS max`;
  const groups = groupsOf(caller, asked, params);
  const summed = (unit: Unit, ranges: readonly Range[]) => {
    const times = (end: 0 | 1) =>
      `${params.add(ranges.map((range) => new Date(range[end]).toISOString()))}::timestamptz[]`;
    const within = `unnest(${times(0)}, ${times(1)}) AS r (since, until)`;
    const isIn = 'b.start >= r.since AND b.start < r.until';
    // OFFSET 0 forces an index lookup for each range.
    return groups === undefined
      ? `SELECT c.id, c.keys, b.start AS at, b.count, b.sum, b.min, b.max
        FROM chosen c CROSS JOIN ${within}
        CROSS JOIN LATERAL (SELECT * FROM ${UNITS[unit].ofEntities} b WHERE ${isOf('b')} AND ${isIn} OFFSET 0) AS b`
      : `SELECT NULL AS id, g.keys, b.start AS at, b.count, b.sum, NULL::float8 AS min, NULL::float8 AS max
        FROM (${groups}) AS g CROSS JOIN ${within} CROSS JOIN LATERAL (
          SELECT * FROM ${UNITS[unit].ofGroups} b WHERE b.group_id = g.id AND b.attribute = ${name} AND ${isIn} OFFSET 0) AS b
        WHERE b.count > 0`;
  };
  return `WITH chosen AS MATERIALIZED (${chosen(caller, asked, params, 'NULL::float8', name)}),
    part AS (
      ${summed('day', days)}
      UNION ALL
      ${summed('hour', hours)}
      UNION ALL
      SELECT c.id, c.keys, ${single('p')} FROM history_pending((SELECT watermark FROM history_rollup)) AS p JOIN chosen c ON ${isOf('p')}
      WHERE p.at >= ${from} AND p.at < ${to}
      UNION ALL
      SELECT c.id, c.keys, ${single('f')} FROM birth_instance f JOIN chosen c ON ${isOf('f')}
      WHERE f.at >= ${from} AND f.at < ${to} AND f.number IS NOT NULL)
    ${summedUp(kind, at)} ORDER BY at, value DESC NULLS LAST, keys LIMIT ${asked.limit + 1}`;
}

const ADDITIVE: ReadonlySet<MeasureKind> = new Set(['count', 'sum', 'average']);

/**
 * Selects the groups whose sums can be used in place of the sums of their members. This is possible if filters, access
 * rights and grouping only depend on types and scopes. Undefined: each entity must be read.
 */
function groupsOf(
  caller: Caller,
  { filter, near, group, measure }: Analysis,
  params: SqlParameters,
): string | undefined {
  const rules: readonly VisibleRule[] = restriction(caller) ?? [{ entities: {} }];
  const isPlain =
    ADDITIVE.has(measure.kind) &&
    near === undefined &&
    [filter, ...rules.map(({ entities }) => entities)].every(asksForGroups);
  if (!isPlain || group.some(({ by }) => by !== 'scope' && by !== 'type')) return undefined;
  const options = { at: new Date().toISOString(), row: 'entity' };
  const seen = rules
    .filter((rule) => shows(rule, measure.attribute ?? ''))
    .map(({ entities }) => `(${entityCondition(entities, params, options)})`);
  // The conditions see a group as an entity that has only types and scopes.
  return `SELECT entity.id, ARRAY[${group.map((each) => keyOf(each, params)).join(', ')}]::text[] AS keys
    FROM (SELECT id, tenant, types, scopes, NULL::timestamptz AS expires_at FROM history_group) AS entity
    WHERE entity.tenant = $1 AND ${entityCondition(filter, params, options)} AND (${seen.join(' OR ') || 'false'})`;
}

function asksForGroups({ selectors = [], q, geoQ, attrs }: EntityFilter): boolean {
  const byWhatTheyAre = selectors.every(({ ids, idPattern }) => ids === undefined && idPattern === undefined);
  return byWhatTheyAre && q === undefined && geoQ === undefined && attrs === undefined;
}

function summedUp(kind: MeasureKind, at: string): string {
  if (kind === 'increase') {
    return `SELECT keys, at, sum(increase)::float8 AS value, sum(count)::int AS count
      FROM (SELECT id, keys, ${at} AS at, max(max) - min(min) AS increase, sum(count) AS count FROM part GROUP BY 1, 2, 3) AS each
      GROUP BY keys, at`;
  }
  const value = {
    count: 'sum(count)',
    sum: 'sum(sum)',
    average: 'sum(sum) / nullif(sum(count), 0)',
    lowest: 'min(min)',
    highest: 'max(max)',
  }[kind];
  return `SELECT keys, ${at} AS at, (${value})::float8 AS value, sum(count)::int AS count FROM part GROUP BY 1, 2`;
}

function stepOf(step: Step, timeZone: string, params: SqlParameters): string {
  // `step` is one of our own constants, so it may be part of the text.
  return step === 'all' ? 'NULL::timestamptz' : `date_trunc('${step}', at, ${params.add(timeZone)}::text)`;
}

/**
 * @param having for a history: the parameter placeholder of the attribute. Whoever may see its current value may see
 * its history.
 */
function chosen(caller: Caller, asked: Analysis, params: SqlParameters, number: string, having?: string): string {
  const at = new Date().toISOString();
  const { rows, options } = visibleTo(caller, params, at);
  const conditions = [entityCondition(asked.filter, params, options)];
  if (having !== undefined && restriction(caller) !== undefined)
    conditions.push(`entity.document -> 'attributes' ? ${having}`);
  if (asked.near !== undefined) conditions.push(isNear(caller, asked.near, params, at));
  const keys = asked.group.map((dimension) => keyOf(dimension, params));
  return `SELECT entity.id, ARRAY[${keys.join(', ')}]::text[] AS keys, ${number} AS number
    FROM ${rows} WHERE entity.tenant = $1 AND ${conditions.join(' AND ')}`;
}

/** The length of a degree of latitude in metres. */
const DEGREE_M = 111_000;

function isNear(caller: Caller, { filter, metres }: NonNullable<Analysis['near']>, params: SqlParameters, at: string) {
  const rows = restriction(caller) === undefined ? 'entity AS other' : visibleRows(caller, params, 'other');
  const options = { at, row: 'other', linked: (alias: string) => visibleRows(caller, params, alias) };
  const far = `${params.add(metres)}::float8`;
  const middle = 'ST_Centroid(entity.location)';
  // The bounding box is found by the index. It is as wide as the circle at its widest point, in the north.
  const box = `ST_Expand(entity.location, ${far} / (${DEGREE_M} * greatest(0.05, cos(radians(ST_Y(${middle}))))), ${far} / ${DEGREE_M})`;
  return `entity.location IS NOT NULL AND EXISTS (SELECT FROM ${rows} WHERE other.tenant = $1 AND other.id <> entity.id
    AND other.location && ${box} AND ST_DWithin(other.location::geography, entity.location::geography, ${far})
    AND ${entityCondition(filter, params, options)})`;
}

function keyOf(dimension: Dimension, params: SqlParameters): string {
  switch (dimension.by) {
    case 'type':
      return 'entity.types[1]';
    case 'entity':
      return 'entity.id';
    case 'scope':
      return `'/' || array_to_string((string_to_array(ltrim(entity.scopes[1], '/'), '/'))[1:${dimension.levels}], '/')`;
    case 'attribute': {
      const place = (member: string) => params.add(['attributes', dimension.attribute, '0', member, ...dimension.path]);
      const of = (member: string) => `entity.document #>> ${place(member)}::text[]`;
      return dimension.path.length > 0 ? of('value') : `coalesce(${of('value')}, ${of('object')})`;
    }
  }
}

function numberOf(attribute: string, params: SqlParameters): string {
  const value = `entity.document #> ${params.add(['attributes', attribute, '0', 'value'])}::text[]`;
  return `CASE jsonb_typeof(${value}) WHEN 'number' THEN (${value})::float8 END`;
}
