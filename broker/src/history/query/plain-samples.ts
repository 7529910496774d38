import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import { unfoldInitialInstances } from '../rows/initial-instances.ts';
import type { InstanceSelection } from './instance-selection.ts';
import { type InstanceFilter, knownPage } from './query-temporal.ts';
import type { KnownEntity, KnownPage } from './temporal-entities.ts';
import { instanceCondition } from './temporal-instances.ts';
import { narrowed, relationOf, seriesOf } from './temporal-series.ts';
import { inMilliseconds, type TemporalSelection } from './temporal-sql.ts';

/**
 * An entity with its observed values by attribute IRI, in ascending order of time. Times are milliseconds since 1970.
 */
export interface EntityWithSamples extends KnownEntity {
  readonly samples: ReadonlyMap<string, readonly (readonly [value: unknown, at: number])[]>;
}

interface SeriesRow {
  readonly id: string;
  readonly attribute: string;
  readonly values: string;
  readonly times: string;
  readonly is_plain: boolean;
}

const VALUE = `CASE WHEN h.number IS NOT NULL THEN h.number::text
  WHEN h.instance ->> 'type' = 'Property' AND NOT h.instance ? 'deletedAt' THEN (h.instance -> 'value')::text END`;
const TIME = `(${inMilliseconds('h.at')})::bigint::text`;
const FROM_INSTANCES = {
  aggregates: `string_agg(i.value, ',' ORDER BY i.at, i.modified_at, i.n) AS values,
    string_agg(i.time, ',' ORDER BY i.at, i.modified_at, i.n) AS times, bool_and(i.value IS NOT NULL) AS is_plain`,
  columns: `${VALUE} AS value, ${TIME} AS time, h.at, h.modified_at, h.n`,
};
/**
 * Numbers, read from the index of series alone. Instances are scattered over the table, and reading each takes eight
 * times as long.
 */
const FROM_INDEX = {
  aggregates: `string_agg(i.value, ',' ORDER BY i.at) AS values, string_agg(i.time, ',' ORDER BY i.at) AS times,
    count(i.value) = count(*) AS is_plain`,
  columns: `h.number::text AS value, ${TIME} AS time, h.at`,
};

/**
 * A page of entities with the values of their default instances. It does not read the JSON of instances, which takes
 * many times as long. Undefined if some instances are not Properties, or were deleted, and need more than a value.
 */
export async function queryPlainSamples(
  db: Queryable,
  caller: Caller,
  selection: TemporalSelection,
  asked: InstanceFilter,
  page: KnownPage,
): Promise<EntityWithSamples[] | undefined> {
  const { entities } = await knownPage(db, caller, selection, page);
  const ids = entities.map(({ id }) => id);
  if (ids.length === 0) return [];
  const { temporalQ } = selection;
  const found = await narrowed(db, caller.tenant, ids, {
    ...asked,
    datasetIds: [''],
    temporalQ,
    most: Number.MAX_SAFE_INTEGER,
  });
  const narrow = {
    ...found,
    isUnfolded: found.isUnfolded === true || (await unfoldFor(db, caller.tenant, ids, found)),
  };
  const samples = new Map<string, Map<string, [unknown, number][]>>(ids.map((id) => [id, new Map()]));
  const keep = ({ id, attribute, values, times }: SeriesRow) => samples.get(id)?.set(attribute, pairs(values, times));
  const left = new Set(ids);
  if (isInIndex(narrow)) {
    const rows = await readSeries(db, caller, ids, narrow, FROM_INDEX);
    const unclear = new Set(rows.filter((row) => !row.is_plain || hasTwoAtOnce(row.times)).map(({ id }) => id));
    for (const row of rows) if (!unclear.has(row.id)) keep(row);
    for (const id of ids) if (!unclear.has(id)) left.delete(id);
  }
  if (left.size > 0) {
    const rows = await readSeries(db, caller, [...left], narrow, FROM_INSTANCES);
    if (rows.some((row) => !row.is_plain)) return undefined;
    for (const row of rows) keep(row);
  }
  return entities.map((entity) => ({ ...entity, samples: samples.get(entity.id) ?? new Map() }));
}

/**
 * Unfolds the initial instances of entities, so that their samples can be read from the index. @returns false: nothing
 * was unfolded
 */
async function unfoldFor(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
  selection: InstanceSelection,
): Promise<boolean> {
  const isOwn = 'transaction' in db && db.chooseSource === undefined;
  if (!isOwn || !isInIndex({ ...selection, isUnfolded: true })) return false;
  await unfoldInitialInstances(db, tenant, ids);
  return true;
}

/** Whether the index of series contains everything the selection needs. */
function isInIndex({ isUnfolded, temporalQ, scopeQ }: InstanceSelection): boolean {
  return isUnfolded === true && temporalQ.timeproperty === undefined && scopeQ === undefined;
}

/** The index does not show the order of instances with equal times. */
function hasTwoAtOnce(times: string): boolean {
  const at = times.split(',');
  return at.some((time, place) => place > 0 && time === at[place - 1]);
}

async function readSeries(
  db: Queryable,
  caller: Caller,
  ids: readonly string[],
  narrow: InstanceSelection,
  { aggregates, columns }: typeof FROM_INDEX,
): Promise<SeriesRow[]> {
  const params = new SqlParameters([caller.tenant, ids]);
  const { rows } = await db.query<SeriesRow>({
    text: `${seriesOf(caller, narrow, params)}
      SELECT s.id, s.attribute, v.* FROM series AS s CROSS JOIN LATERAL (
        SELECT ${aggregates} FROM (SELECT ${columns} FROM ${relationOf(narrow)} h
          WHERE h.tenant = $1 AND h.entity_id = s.id AND h.attribute = s.attribute AND h.dataset_id = s.dataset_id
            AND ${instanceCondition(narrow, params)}) AS i) AS v
      WHERE s.attribute IS NOT NULL AND v.times IS NOT NULL`,
    values: params.values,
  });
  return rows;
}

function pairs(values: string, times: string): [unknown, number][] {
  const read = JSON.parse(`[${values}]`) as unknown[];
  const at = JSON.parse(`[${times}]`) as number[];
  return read.map((value, place) => [value, at[place] as number]);
}
