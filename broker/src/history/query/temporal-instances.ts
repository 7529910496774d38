import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import { entityCondition } from '../../entities/read/q-sql/entity-condition.ts';
import { timeAll } from '../../model/document.ts';
import type { AttributeInstance, AttributeKind } from '../../model/entity.ts';
import type { Mutable } from '../../model/mutable.ts';
import { nullOf } from '../../model/temporal/temporal-represent.ts';
import { isoTime } from '../../model/temporal/time-text.ts';
import type { TemporalQuery } from '../../query/temporal/temporal-query.ts';
import type { TimedInstance } from '../../query/temporal/temporal-range.ts';
import type { InstanceSelection } from './instance-selection.ts';
import { narrowed, relationOf, seriesOf } from './temporal-series.ts';
import {
  inMilliseconds,
  NEVER_EXPIRED,
  overlaps,
  recentSince,
  scopeIntervals,
  type TemporalSelection,
  timeOf,
  windowCondition,
} from './temporal-sql.ts';

export interface StoredInstance extends TimedInstance {
  readonly entityId: string;
  readonly name: string;
}

interface Series {
  readonly id: string;
  readonly attribute: string;
  readonly dataset_id: string;
}

/** One text for all instances of a series, which takes half the time of one row for each. */
interface SeriesRow extends Series {
  /** A JSON array of {@link InstanceItem}; null: empty. */
  readonly instances: string | null;
}

/**
 * Times are milliseconds since 1970. `created` is null if equal to the time of writing. The instance is null for a
 * deletion.
 */
type InstanceItem = [n: number, created: number | null, modified: number, time: number, instance: InstanceText | null];

type InstanceText = AttributeInstance & { deletedAt?: string };

/** With more entities than this, the last instances are first searched among recent ones, in few partitions. */
const MANY = 20;

/** The instances of each series (attribute and dataset) of the entities, in order of time. */
export async function selectInstances(
  db: Queryable,
  caller: Caller,
  ids: readonly string[],
  asked: InstanceSelection,
): Promise<StoredInstance[]> {
  const selection = await narrowed(db, caller.tenant, ids, asked);
  const isLast = selection.temporalQ.lastN !== undefined;
  const since = isLast && ids.length >= MANY ? recentSince(selection.temporalQ) : undefined;
  const params = new SqlParameters([caller.tenant, ids]);
  const series = seriesOf(caller, selection, params);
  const recent = since === undefined ? '' : ` AND h.at >= ${params.add(since)}::timestamptz`;
  const { rows } = await db.query<SeriesRow>({
    text: `${series} SELECT s.*, i.* FROM series AS s CROSS JOIN LATERAL ${instancesOf(selection, params, recent)} AS i
      WHERE s.attribute IS NOT NULL AND s.dataset_id IS NOT NULL`,
    values: params.values,
  });
  const found: StoredInstance[] = [];
  const fewer: Series[] = [];
  for (const row of rows) {
    const items = itemsOf(row);
    if (since !== undefined && items.length < selection.most) fewer.push(row);
    else for (const item of inOrder(items, isLast)) found.push(stored(row, item));
  }
  if (fewer.length === 0) return found;
  for (const row of await selectOf(db, caller, fewer, selection)) {
    for (const item of inOrder(itemsOf(row), isLast)) found.push(stored(row, item));
  }
  return found;
}

function itemsOf({ instances }: SeriesRow): InstanceItem[] {
  return instances === null ? [] : JSON.parse(`[${instances}]`);
}

function inOrder(items: InstanceItem[], isLast: boolean): InstanceItem[] {
  return isLast && items.length > 1 ? items.reverse() : items;
}

/** The instances of series `s` to read, from the earliest, or with `lastN` from the latest. */
function instancesOf(selection: InstanceSelection, params: SqlParameters, more = ''): string {
  const { temporalQ, most } = selection;
  const time = timeOf(temporalQ.timeproperty);
  const direction = temporalQ.lastN !== undefined ? 'DESC' : 'ASC';
  return `(SELECT string_agg(concat('[', i.n, ',', coalesce(i.created_at::text, 'null'), ',', i.modified_at, ',', i.time, ',',
      coalesce(i.instance::text, 'null'), ']'), ',') AS instances
    FROM (SELECT h.n, h.instance, ${inMilliseconds('h.created_at')} AS created_at,
        ${inMilliseconds('h.modified_at')} AS modified_at, extract(epoch FROM ${time})::float8 * 1000 AS time
      FROM ${relationOf(selection)} h
      WHERE h.tenant = $1 AND h.entity_id = s.id AND h.attribute = s.attribute AND h.dataset_id = s.dataset_id
        AND ${instanceCondition(selection, params)}${more}
      ORDER BY ${time} ${direction}, h.modified_at ${direction}, h.n ${direction}
      LIMIT ${params.add(most)}::bigint) AS i)`;
}

async function selectOf(
  db: Queryable,
  caller: Caller,
  series: readonly Series[],
  selection: InstanceSelection,
): Promise<SeriesRow[]> {
  const columns = [
    series.map(({ id }) => id),
    series.map(({ attribute }) => attribute),
    series.map(({ dataset_id }) => dataset_id),
  ];
  const params = new SqlParameters([caller.tenant, ...columns]);
  const { rows } = await db.query<SeriesRow>({
    text: `SELECT s.*, i.* FROM unnest($2::text[], $3::text[], $4::text[]) AS s(id, attribute, dataset_id)
      CROSS JOIN LATERAL ${instancesOf(selection, params)} AS i`,
    values: params.values,
  });
  return rows;
}

/** Modifies the parsed instance in place instead of copying it, because a page has thousands. */
function stored(
  { id, attribute, dataset_id }: Series,
  [n, created, modified, time, kept]: InstanceItem,
): StoredInstance {
  const modifiedAt = isoTime(modified);
  const createdAt = created === null || created === modified ? modifiedAt : isoTime(created);
  const found = { entityId: id, name: attribute, instanceId: instanceIdOf(n), time };
  const instance = (kept ?? { type: 'Property', deletedAt: modifiedAt }) as Mutable<InstanceText>; // parsed just now, so no one else holds it
  const { deletedAt } = instance;
  if (dataset_id !== '') instance.datasetId = dataset_id;
  instance.createdAt = createdAt;
  instance.modifiedAt = modifiedAt;
  if (instance.attributes !== undefined) timeAll(instance.attributes, createdAt);
  if (deletedAt === undefined) return { ...found, instance };
  delete instance.deletedAt;
  instance.value = nullOf(instance.type as AttributeKind);
  return { ...found, instance, deletedAt };
}

const INSTANCE_ID = /^urn:ngsi-ld:Instance:(-?\d{1,18})$/;

/** The URI of an attribute instance. */
function instanceIdOf(n: number): string {
  return `urn:ngsi-ld:Instance:${n}`;
}

/** The number of the history row for an instance URI; undefined: the URI is not one of this broker. */
export function rowOfInstance(instanceId: string): string | undefined {
  return INSTANCE_ID.exec(instanceId)?.[1];
}

/** The condition on the rows `h` to read. */
export function instanceCondition(
  { temporalQ, scopeQ }: Pick<InstanceSelection, 'temporalQ' | 'scopeQ'>,
  params: SqlParameters,
): string {
  const window = windowCondition(temporalQ, params);
  if (scopeQ === undefined) return window;
  // Of the scopes themselves, those valid at some time in the window (C.5.16).
  const holds = entityCondition({ scopeQ }, params, { row: 's', at: NEVER_EXPIRED });
  return `CASE WHEN ${IS_SCOPE}
    THEN EXISTS (SELECT FROM ${scopeIntervals('h.entity_id', temporalQ)} WHERE s.n = h.n AND ${overlaps(temporalQ, params)} AND ${holds})
    ELSE ${window} AND ${whileInScope(temporalQ, holds)} END`;
}

const IS_SCOPE = `h.attribute = 'https://uri.etsi.org/ngsi-ld/scope'`;

/** The condition that a row `h` is from a time when a scope `s` was valid for which a condition holds. */
function whileInScope(temporalQ: TemporalQuery, holds: string): string {
  const time = timeOf(temporalQ.timeproperty);
  return `EXISTS (SELECT FROM ${scopeIntervals('h.entity_id', temporalQ)}
      WHERE s.since <= ${time} AND (s.until IS NULL OR s.until > ${time}) AND ${holds})`;
}

/**
 * The condition that a row `h` in the window belongs to the answer. Without a selection of attributes, the scope itself does.
 *
 * @param window the condition that it lies in the window
 */
export function answerCondition(
  { temporalQ, attributes, scopeQ }: Pick<TemporalSelection, 'temporalQ' | 'attributes' | 'scopeQ'>,
  params: SqlParameters,
  window: string,
): string {
  if (scopeQ === undefined || attributes === undefined) return window;
  const holds = entityCondition({ scopeQ }, params, { row: 's', at: NEVER_EXPIRED });
  return `${window} AND (${IS_SCOPE} OR ${whileInScope(temporalQ, holds)})`;
}
