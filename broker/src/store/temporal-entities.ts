import type { AttributeInstance, AttributeKind } from '../model/entity.ts';
import { nullOf } from '../model/temporal-represent.ts';
import { isoTime } from '../model/time-text.ts';
import type { TemporalQuery } from '../query/temporal-query.ts';
import type { TimedInstance } from '../query/temporal-range.ts';
import type { Queryable } from './database.ts';
import { entityCondition } from './query-sql.ts';
import { SqlParameters } from './sql-parameters.ts';
import {
  inMilliseconds,
  KNOWN_ENTITIES,
  overlaps,
  recentSince,
  scopeIntervals,
  selectionCondition,
  type TemporalSelection,
  timeOf,
  windowCondition,
} from './temporal-sql.ts';
import { historyVisible, knownVisible } from './visible-rows.ts';

/** An entity that is or was, without its evolution. */
export interface KnownEntity {
  readonly id: string;
  readonly types: readonly string[];
  readonly createdAt: string;
  readonly modifiedAt?: string;
  readonly expiresAt?: string;
  readonly deletedAt?: string;
}

interface KnownRow {
  readonly id: string;
  readonly types: string[];
  // Milliseconds since 1970: thousands of texts of times take longer to read.
  readonly created_at: number;
  readonly modified_at: number | null;
  readonly expires_at: number | null;
  readonly deleted_at: number | null;
}

const KNOWN_COLUMNS = ['created_at', 'modified_at', 'expires_at', 'deleted_at'].reduce(
  (columns, time) => `${columns}, ${inMilliseconds(`e.${time}`)} AS ${time}`,
  'e.id, e.types',
);

const SELECT_KNOWN = `SELECT ${KNOWN_COLUMNS} FROM ${KNOWN_ENTITIES} AS e WHERE e.id = $2`;

/** An entity that is or was, and is visible. */
export async function knownEntity(db: Queryable, tenant: string, id: string): Promise<KnownEntity | undefined> {
  const params = new SqlParameters([tenant, id]);
  const visible = knownVisible(params);
  const text = SELECT_KNOWN + visible;
  const { rows } = await db.query<KnownRow>({
    ...(visible === '' && { name: 'known-entity' }),
    text,
    values: params.values,
  });
  return rows[0] && known(rows[0]);
}

function known({ id, types, created_at, modified_at, expires_at, deleted_at }: KnownRow): KnownEntity {
  return {
    id,
    types,
    createdAt: isoTime(created_at),
    ...(modified_at !== null && { modifiedAt: isoTime(modified_at) }),
    ...(expires_at !== null && { expiresAt: isoTime(expires_at) }),
    ...(deleted_at !== null && { deletedAt: isoTime(deleted_at) }),
  };
}

export interface KnownPage {
  readonly descending: boolean;
  readonly limit: number;
  readonly offset: number;
  readonly count: boolean;
}

/** A page of the entities whose evolution matches, by id. */
export async function selectKnown(
  db: Queryable,
  tenant: string,
  selection: TemporalSelection,
  { descending, limit, offset, count }: KnownPage,
): Promise<{ entities: KnownEntity[]; count?: number }> {
  const params = new SqlParameters([tenant]);
  const condition = selectionCondition(selection, params, windowCondition(selection.temporalQ, params));
  const from = `FROM ${KNOWN_ENTITIES} AS e WHERE ${condition}`;
  const values = [...params.values];
  const order = `ORDER BY e.id ${descending ? 'DESC' : 'ASC'}`;
  const page = `LIMIT ${params.add(limit)}::bigint OFFSET ${params.add(offset)}::bigint`;
  const [{ rows }, total] = await Promise.all([
    db.query<KnownRow>({ text: `SELECT ${KNOWN_COLUMNS} ${from} ${order} ${page}`, values: params.values }),
    count ? db.query<{ count: number }>({ text: `SELECT count(*) ${from}`, values }) : undefined,
  ]);
  return { entities: rows.map(known), ...(total && { count: total.rows[0]?.count ?? 0 }) };
}

/** Which instances of the entities are read. */
export interface InstanceSelection extends Pick<TemporalSelection, 'scopeQ'> {
  readonly temporalQ: TemporalQuery;
  /** IRIs; absent: all. */
  readonly attributes?: readonly string[];
  readonly omitted?: readonly string[];
  /** '' is the default instance. */
  readonly datasetIds?: readonly string[];
  /** Of each series at most so many: the earliest, or with `lastN` the latest. */
  readonly most: number;
}

export interface StoredInstance extends TimedInstance {
  readonly entityId: string;
  readonly name: string;
}

interface Series {
  readonly id: string;
  readonly attribute: string;
  readonly dataset_id: string;
}

interface InstanceRow extends Series {
  readonly n: number;
  readonly instance: string | null;
  /** Milliseconds since 1970, as the two below. */
  readonly created_at: number;
  readonly modified_at: number;
  readonly time: number;
}

/** Of so many entities the last instances are looked for among recent ones first, in few partitions. */
const MANY = 20;

/** Instances of the series of each attribute and dataset of the entities, in the order of time in each. */
export async function selectInstances(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
  selection: InstanceSelection,
): Promise<StoredInstance[]> {
  const isLast = selection.temporalQ.lastN !== undefined;
  const since = isLast && ids.length >= MANY ? recentSince(selection.temporalQ) : undefined;
  const params = new SqlParameters([tenant, ids]);
  const all = `${seriesOf(selection, params)},
    known AS (SELECT * FROM series WHERE attribute IS NOT NULL AND dataset_id IS NOT NULL)`;
  if (since === undefined) {
    const { rows } = await db.query<InstanceRow>({
      text: `${all} SELECT s.*, i.* FROM known AS s CROSS JOIN LATERAL ${instancesOf(selection, params)} AS i`,
      values: params.values,
    });
    const instances = rows.map(stored);
    return isLast ? instances.reverse() : instances;
  }
  const recent = ` AND h.at >= ${params.add(since)}::timestamptz`;
  const { rows } = await db.query<InstanceRow | NoInstance>({
    text: `${all} SELECT s.*, i.* FROM known AS s LEFT JOIN LATERAL ${instancesOf(selection, params, recent)} AS i ON true`,
    values: params.values,
  });
  const [whole, others] = wholeSeries(rows, selection.most);
  const older = others.length === 0 ? [] : await selectOf(db, tenant, others, selection);
  return [...whole, ...older].map(stored).reverse();
}

/** Of the series `s` the instances to read, beginning with the earliest, or with `lastN` the latest. */
function instancesOf(selection: InstanceSelection, params: SqlParameters, more = ''): string {
  const { temporalQ, most } = selection;
  const time = timeOf(temporalQ.timeproperty);
  const direction = temporalQ.lastN !== undefined ? 'DESC' : 'ASC';
  return `(SELECT h.n, h.instance, ${inMilliseconds('coalesce(h.created_at, h.modified_at)')} AS created_at,
      ${inMilliseconds('h.modified_at')} AS modified_at, extract(epoch FROM ${time})::float8 * 1000 AS time
    FROM history h
    WHERE h.tenant = $1 AND h.entity_id = s.id AND h.attribute = s.attribute AND h.dataset_id = s.dataset_id
      AND ${instanceCondition(selection, params)}${more}
    ORDER BY ${time} ${direction}, h.modified_at ${direction}, h.n ${direction} LIMIT ${params.add(most)}::bigint)`;
}

/** A series without any instance. */
interface NoInstance extends Series {
  readonly n: null;
}

/** The rows of series that have as many instances as asked for, and the series that have fewer. */
function wholeSeries(rows: readonly (InstanceRow | NoInstance)[], most: number): [InstanceRow[], Series[]] {
  const whole: InstanceRow[] = [];
  const others: Series[] = [];
  // The rows of a series come one after the other, at most so many.
  for (let first = 0; first < rows.length; ) {
    const series = rows[first] as InstanceRow | NoInstance; // there are more
    const ofSeries: InstanceRow[] = [];
    for (; first < rows.length; first++) {
      const row = rows[first] as InstanceRow | NoInstance; // likewise
      if (row.id !== series.id || row.attribute !== series.attribute || row.dataset_id !== series.dataset_id) break;
      if (row.n !== null) ofSeries.push(row);
    }
    if (ofSeries.length === most) whole.push(...ofSeries);
    else others.push(series);
  }
  return [whole, others];
}

async function selectOf(
  db: Queryable,
  tenant: string,
  series: readonly Series[],
  selection: InstanceSelection,
): Promise<InstanceRow[]> {
  const columns = [
    series.map(({ id }) => id),
    series.map(({ attribute }) => attribute),
    series.map(({ dataset_id }) => dataset_id),
  ];
  const params = new SqlParameters([tenant, ...columns]);
  const { rows } = await db.query<InstanceRow>({
    text: `SELECT s.*, i.* FROM unnest($2::text[], $3::text[], $4::text[]) AS s(id, attribute, dataset_id)
      CROSS JOIN LATERAL ${instancesOf(selection, params)} AS i`,
    values: params.values,
  });
  return rows;
}

function stored({
  id,
  attribute,
  dataset_id,
  n,
  instance: text,
  created_at,
  modified_at,
  time,
}: InstanceRow): StoredInstance {
  const modifiedAt = isoTime(modified_at);
  const kept = text === null ? { type: 'Property', deletedAt: modifiedAt } : JSON.parse(text);
  const { deletedAt, ...content } = kept as { deletedAt?: string; type: AttributeKind; value?: unknown };
  const instance = {
    ...content,
    ...(dataset_id !== '' && { datasetId: dataset_id }),
    ...(deletedAt !== undefined && { value: nullOf(content.type) }),
    createdAt: created_at === modified_at ? modifiedAt : isoTime(created_at),
    modifiedAt,
  } as AttributeInstance; // as it was written
  return {
    entityId: id,
    name: attribute,
    instance,
    instanceId: instanceIdOf(n),
    time,
    ...(deletedAt !== undefined && { deletedAt }),
  };
}

const INSTANCE_ID = /^urn:ngsi-ld:Instance:(\d{1,18})$/;

/** The URI of an attribute instance. */
function instanceIdOf(n: number): string {
  return `urn:ngsi-ld:Instance:${n}`;
}

/** The number of the row of history that an instance's URI stands for; undefined: none of ours. */
export function rowOfInstance(instanceId: string): string | undefined {
  return INSTANCE_ID.exec(instanceId)?.[1];
}

/** The condition on rows `h` that are read. */
export function instanceCondition(
  { temporalQ, scopeQ }: Pick<InstanceSelection, 'temporalQ' | 'scopeQ'>,
  params: SqlParameters,
): string {
  const window = windowCondition(temporalQ, params);
  if (scopeQ === undefined) return window;
  // Only while a scope that matches held; of the scopes, those that held at some moment of the window (C.5.16).
  const holds = entityCondition({ scopeQ }, params, { row: 's', at: '0001-01-01T00:00:00Z' });
  const time = timeOf(temporalQ.timeproperty);
  return `CASE WHEN h.attribute = 'https://uri.etsi.org/ngsi-ld/scope'
    THEN EXISTS (SELECT FROM ${scopeIntervals('h.entity_id', temporalQ)} WHERE s.n = h.n AND ${overlaps(temporalQ, params)} AND ${holds})
    ELSE ${window} AND EXISTS (SELECT FROM ${scopeIntervals('h.entity_id', temporalQ)}
      WHERE s.since <= ${time} AND (s.until IS NULL OR s.until > ${time}) AND ${holds}) END`;
}

/** Most tenants have no datasets: then none is looked for in any series. */
const HAS_DATASETS = `
            (SELECT h.entity_id FROM history h WHERE h.tenant = $1 AND h.dataset_id <> '' ORDER BY h.entity_id LIMIT 1) IS NOT NULL`;

/*
 * The series of the entities, found by skipping from one key of the index to the next: an entity has few, however many
 * instances each of them has.
 */
export function seriesOf(
  { attributes, omitted, datasetIds }: Pick<InstanceSelection, 'attributes' | 'omitted' | 'datasetIds'>,
  params: SqlParameters,
): string {
  const named =
    attributes === undefined
      ? `named AS (
          SELECT a.id, (SELECT min(h.attribute) FROM history h WHERE h.tenant = $1 AND h.entity_id = a.id) AS attribute
          FROM unnest($2::text[]) AS a(id)
          UNION ALL
          SELECT p.id, (SELECT min(h.attribute) FROM history h
            WHERE h.tenant = $1 AND h.entity_id = p.id AND h.attribute > p.attribute)
          FROM named p WHERE p.attribute IS NOT NULL)`
      : `named AS (
          SELECT a.id, n.attribute COLLATE "C" AS attribute
          FROM unnest($2::text[]) AS a(id) CROSS JOIN unnest(${params.add(attributes)}::text[]) AS n(attribute))`;
  const visible = historyVisible(params, 'named.attribute');
  const wanted = [
    omitted === undefined ? '' : `AND attribute <> ALL(${params.add(omitted)}::text[])`,
    visible === '' ? '' : `AND EXISTS (SELECT FROM ${KNOWN_ENTITIES} AS e WHERE e.id = named.id${visible})`,
  ].join(' ');
  const series =
    datasetIds === undefined
      ? `series AS (
          SELECT id, attribute, ''::text AS dataset_id FROM named WHERE attribute IS NOT NULL ${wanted}
          UNION ALL
          SELECT p.id, p.attribute, (SELECT min(h.dataset_id) FROM history h
            WHERE h.tenant = $1 AND h.entity_id = p.id AND h.attribute = p.attribute AND h.dataset_id <> ''
              AND h.dataset_id > p.dataset_id)
          FROM series p WHERE p.dataset_id IS NOT NULL AND ${HAS_DATASETS})`
      : `series AS (
          SELECT id, attribute, d.dataset_id
          FROM named CROSS JOIN unnest(${params.add(datasetIds)}::text[]) AS d(dataset_id)
          WHERE attribute IS NOT NULL ${wanted})`;
  return `WITH RECURSIVE ${named}, ${series}`;
}
