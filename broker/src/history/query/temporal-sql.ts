import type { Caller } from '../../access/caller.ts';
import type { SqlParameters } from '../../database/sql-parameters.ts';
import { historyVisible, knownVisible } from '../../entities/read/q-sql/access-filter.ts';
import { entityCondition } from '../../entities/read/q-sql/entity-condition.ts';
import { usesTimestamps } from '../../entities/read/q-sql/q-condition.ts';
import type { EntityQuery } from '../../query/entity-query.ts';
import type { QNode } from '../../query/q/q-tree.ts';
import type { TemporalProperty, TemporalQuery } from '../../query/temporal/temporal-query.ts';

/** Earlier than any possible time, so that nothing counts as expired: history includes expired values. */
export const NEVER_EXPIRED = '0001-01-01T00:00:00Z';

/** Current and deleted entities as one relation; `$1` is the tenant. */
export const KNOWN_ENTITIES = `(
  SELECT tenant, id, types, scopes, document, location, created_at, modified_at, expires_at, NULL::timestamptz AS deleted_at
  FROM entity WHERE tenant = $1
  UNION ALL
  SELECT p.tenant, p.id, p.types, NULL, jsonb_build_object('id', p.id, 'types', to_jsonb(p.types), 'attributes', '{}'::jsonb),
    NULL, p.created_at, NULL, NULL, p.deleted_at
  FROM past_entity p
  WHERE p.tenant = $1 AND NOT EXISTS (SELECT FROM entity e WHERE e.tenant = $1 AND e.id = p.id))`;

export const IS_DELETED = `(h.instance IS NULL OR h.instance ? 'deletedAt')`;

const TIMES: { readonly [property in TemporalProperty]: string } = {
  observedAt: 'h.at',
  createdAt: 'coalesce(h.created_at, h.modified_at)',
  modifiedAt: 'h.modified_at',
  deletedAt: `coalesce((h.instance ->> 'deletedAt')::timestamptz, h.modified_at)`,
};

/** The time of a history row for a temporal property. */
export function timeOf(property: TemporalProperty | undefined, row = 'h'): string {
  return TIMES[property ?? 'observedAt'].replaceAll('h.', `${row}.`);
}

/** A time as milliseconds since 1970. Exact: seconds as a float would lose some milliseconds. */
export function inMilliseconds(time: string): string {
  return `floor(round(date_part('epoch', ${time}) * 1000000) / 1000)`;
}

/** The condition that a row `h` of history has the requested time and lies in the window (4.11). */
export function windowCondition(temporalQ: TemporalQuery, params: SqlParameters): string {
  return `${existence(temporalQ.timeproperty)} AND ${relationCondition(temporalQ, params)}`;
}

/** The condition that a row `h` lies in the window, if it has the requested time. */
export function relationCondition({ timeproperty, relation }: TemporalQuery, params: SqlParameters): string {
  if (relation === undefined) return 'true';
  const time = timeOf(timeproperty);
  const at = `${params.add(relation.timeAt)}::timestamptz`;
  if (relation.timerel === 'before') return `${time} < ${at}`;
  if (relation.timerel === 'after') return `${time} >= ${at}`;
  return `${time} >= ${at} AND ${time} < ${params.add(relation.endTimeAt)}::timestamptz`;
}

const RECENT_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * A DateTime after which most active entities have an instance in the window. A search there first needs only few
 * partitions. Undefined: it would not be later than the start of the window.
 */
export function recentSince({ timeproperty = 'observedAt', relation }: TemporalQuery): string | undefined {
  if (timeproperty !== 'observedAt') return undefined;
  const end = Math.min(Date.now(), relation === undefined ? Infinity : windowEnd(relation));
  const since = new Date(end - RECENT_MS);
  const isLater =
    relation === undefined || relation.timerel === 'before' || Date.parse(relation.timeAt) < since.getTime();
  return isLater ? since.toISOString() : undefined;
}

function windowEnd({ timerel, timeAt, endTimeAt }: NonNullable<TemporalQuery['relation']>): number {
  if (timerel === 'after') return Infinity;
  return Date.parse(timerel === 'before' ? timeAt : (endTimeAt as string)); // present for between
}

function existence(property: TemporalProperty | undefined): string {
  switch (property) {
    case undefined:
      return 'true';
    case 'observedAt':
      return `h.instance ? 'observedAt'`;
    case 'deletedAt':
      return IS_DELETED;
    default:
      return `NOT ${IS_DELETED}`;
  }
}

/** Selects evolutions (5.7.4). Conditions on instances apply to those in the window. */
export interface TemporalSelection extends Pick<EntityQuery, 'selectors' | 'q' | 'geoQ' | 'scopeQ'> {
  readonly temporalQ: TemporalQuery;
  /** The entity must have an instance of one of these in the window; absent: of any attribute. */
  readonly attributes?: readonly string[];
  /** And of one of these datasets; '' is the default instance. */
  readonly datasetIds?: readonly string[];
}

/**
 * The condition that a row `e` of the known entities matches.
 *
 * @param window the condition that a row `h` of history lies in the window
 *
 * @param counted that it belongs to the answer, so that the entity does
 */
export function selectionCondition(
  caller: Caller,
  selection: TemporalSelection,
  params: SqlParameters,
  window: string,
  counted = window,
): string {
  const { selectors, attributes, datasetIds, q, geoQ, scopeQ, temporalQ } = selection;
  const named = attributes === undefined ? '' : `AND h.attribute = ANY(${params.add(attributes)}::text[])`;
  const ofDatasets = datasetIds === undefined ? '' : `AND h.dataset_id = ANY(${params.add(datasetIds)}::text[])`;
  const visible = historyVisible(caller, params, 'h.attribute');
  // OFFSET 0 forces an index lookup per entity. With a join the whole history was read: 9.8 s for 10 M instances.
  const isThere = (when: string) =>
    `EXISTS (SELECT FROM evolution h WHERE ${OF_ENTITY} ${named} ${ofDatasets} AND ${counted}${when}${visible} OFFSET 0)`;
  const recent = recentSince(temporalQ);
  const isRecent = recent === undefined ? '' : `${isThere(` AND h.at >= ${params.add(recent)}::timestamptz`)} OR `;
  const conditions = [`(${isRecent}${isThere('')})${knownVisible(caller, params)}`];
  if (selectors) conditions.push(entityCondition({ selectors }, params, { row: 'e', at: NEVER_EXPIRED }));
  if (q) conditions.push(qCondition(caller, q, params, window));
  if (geoQ) {
    const holds = entityCondition({ geoQ }, params, { row: 'd', at: NEVER_EXPIRED });
    conditions.push(`EXISTS (SELECT FROM ${instances(caller, params, geoQ.geoproperty, window)} WHERE ${holds})`);
  }
  if (scopeQ) {
    const holds = entityCondition({ scopeQ }, params, { row: 's', at: NEVER_EXPIRED });
    conditions.push(
      `EXISTS (SELECT FROM ${scopeIntervals('e.id', temporalQ)} WHERE ${overlaps(temporalQ, params)} AND ${holds})`,
    );
  }
  return conditions.join(' AND ');
}

const OF_ENTITY = 'h.tenant = $1 AND h.entity_id = e.id';

/** Each term must be satisfied by some instance in the window, not necessarily all by the same one (5.7.4.4). */
function qCondition(caller: Caller, node: QNode, params: SqlParameters, window: string): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.operands.map((operand) => qCondition(caller, operand, params, window)).join(node.kind === 'and' ? ' AND ' : ' OR ')})`;
    case 'link':
      return 'false';
    case 'term': {
      if (node.path.kind === 'entityMember')
        return entityCondition({ q: node }, params, { row: 'e', at: NEVER_EXPIRED });
      const holds = entityCondition({ q: node }, params, { row: 'd', at: NEVER_EXPIRED });
      const name = node.path.names[0] as string;
      return `EXISTS (SELECT FROM ${instances(caller, params, name, window, usesTimestamps(node.path))} WHERE ${holds})`;
    }
  }
}

const LOCATION = `CASE WHEN h.instance ->> 'type' = 'GeoProperty'
  THEN ST_MakeValid(ST_Force2D(ST_GeomFromGeoJSON(h.instance -> 'value'))) END`;

/** The times of the instance, which its JSON omits. */
const OWN_TIMES = `jsonb_build_object('createdAt', document_time(${TIMES.createdAt}), 'modifiedAt', document_time(${TIMES.modifiedAt}))`;

/** The instances of an attribute in the window, each as if it were an entity `d`. */
function instances(caller: Caller, params: SqlParameters, attribute: string, window: string, hasTimes = false): string {
  const instance = hasTimes ? `h.instance || ${OWN_TIMES}` : 'h.instance';
  const times = hasTimes ? `${OWN_TIMES} || ` : '';
  return `(SELECT h.tenant, NULL::timestamptz AS expires_at, NULL::text[] AS scopes, ${LOCATION} AS location,
      ${times}jsonb_build_object('attributes', jsonb_build_object(h.attribute, jsonb_build_array(${instance}))) AS document
    FROM evolution h WHERE ${OF_ENTITY} AND h.attribute = ${params.add(attribute)} AND NOT ${IS_DELETED} AND ${window}${historyVisible(caller, params, 'h.attribute')}) AS d`;
}

const SCOPE_VALUES = `CASE jsonb_typeof(o.instance -> 'value')
  WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(o.instance -> 'value')) END`;

/** The scopes of an entity with the intervals in which they were valid, as `s`; a deletion ends one. */
export function scopeIntervals(id: string, { timeproperty }: TemporalQuery): string {
  const time = timeOf(timeproperty === 'deletedAt' ? 'modifiedAt' : timeproperty, 'o');
  return `(SELECT o.n, ${SCOPE_VALUES} AS scopes, NULL::timestamptz AS expires_at, ${time} AS since,
      lead(${time}) OVER (ORDER BY ${time}, o.n) AS until
    FROM history o WHERE o.tenant = $1 AND o.entity_id = ${id} AND o.attribute = 'https://uri.etsi.org/ngsi-ld/scope') AS s`;
}

/** The condition that a scope `s` was valid at some time in the window. */
export function overlaps({ relation }: TemporalQuery, params: SqlParameters): string {
  if (relation === undefined) return 'true';
  const { timerel, timeAt } = relation;
  if (timerel === 'before') return `s.since < ${params.add(timeAt)}::timestamptz`;
  const reaches = `(s.until IS NULL OR s.until > ${params.add(timeAt)}::timestamptz)`;
  return timerel === 'after' ? reaches : `(${reaches} AND s.since < ${params.add(relation.endTimeAt)}::timestamptz)`;
}
