import type { Database } from '@alzette/kit/database';
import { refused } from '@alzette/kit/problems';
import type { FilterScope, SqlTerm } from '../cql2/to-sql.ts';
import { conditionOf } from '../cql2/to-sql.ts';
import type { Column, Dataset, Feature } from '../datasets/dataset.ts';
import { asGeoJson, type Crs, SYSTEMS, toStorage } from './crs.ts';
import { filterProblem, type ItemQuery } from './item-parameters.ts';

/** A page of features in the requested CRS. */
interface ItemPage {
  readonly features: readonly Feature[];
  /** The number of matching features. */
  readonly matched: number;
  /** The next page begins after this id; absent: this is the last page. */
  readonly cursor?: string;
}

const CASTS = { text: '', number: '::float8', boolean: '::boolean', time: '::timestamptz' } as const;

/**
 * The matching features.
 *
 * @throws Problem 400: the filter has an unknown name, or PostgreSQL can't evaluate it
 */
export async function queryItems(db: Database, dataset: Dataset, query: ItemQuery): Promise<ItemPage> {
  const { features, cursor } = await nextItems(db, dataset, query);
  const matched = await countItems(db, dataset, query);
  return { features, matched, ...(cursor !== undefined && { cursor }) };
}

/** The number of matching features. @throws Problem 400: as for the features */
export async function countItems(db: Database, dataset: Dataset, query: ItemQuery): Promise<number> {
  const { text, values } = conditionsOf(dataset, query);
  return values.length === 3 ? dataset.featureCount : countOf(db, text, values);
}

/** @throws Problem 400: the query has an unknown name */
export function checkQuery(dataset: Dataset, query: ItemQuery): void {
  conditionsOf(dataset, query);
}

const IS_SHOWN = 'SELECT FROM opendata.dataset WHERE tenant = $1 AND id = $2 AND generation = $3';

/**
 * All matching features, in batches of `limit`, one batch in memory at a time.
 *
 * @throws Error: the dataset was refreshed in the meantime, so that some were missing; Problem 400
 */
export async function* allItems(
  db: Database,
  dataset: Dataset,
  query: ItemQuery,
): AsyncGenerator<readonly Feature[], void, undefined> {
  let cursor = query.cursor;
  do {
    const page = await nextItems(db, dataset, { ...query, ...(cursor !== undefined && { cursor }) });
    if (page.features.length > 0) yield page.features;
    cursor = page.cursor;
  } while (cursor !== undefined);
  const { rowCount } = await db.query({ text: IS_SHOWN, values: [dataset.tenant, dataset.id, dataset.generation] });
  if (rowCount === 0) throw new Error(`The rows of ${dataset.id} were replaced while they were read`);
}

/** How features are ordered by a property, as SQL orders them. */
export interface ItemOrder {
  readonly property: string;
  readonly isDescending: boolean;
  readonly nullsFirst: boolean;
}

/** At most `limit` features in an order, after the first `offset` of them. @throws Problem 400: as for the features */
export async function orderedItems(
  db: Database,
  dataset: Dataset,
  query: ItemQuery,
  order: readonly ItemOrder[],
  offset: number,
): Promise<Feature[]> {
  const { text, values, scope } = conditionsOf(dataset, query);
  const keys = order.map(({ property, isDescending, nullsFirst }) => {
    const direction = `${isDescending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
    return `${scope.property(property)?.sql} ${direction}`;
  });
  const place = `ORDER BY ${[...keys, 'id'].join(', ')} LIMIT ${query.limit} OFFSET ${offset}`;
  return (await rowsOf(db, query, `${text} ${place}`, values)).map(featureOf);
}

/** A page without the total count. */
async function nextItems(db: Database, dataset: Dataset, query: ItemQuery): Promise<Omit<ItemPage, 'matched'>> {
  const { text, values } = conditionsOf(dataset, query);
  const after = query.cursor === undefined ? '' : ` AND id > $${values.length + 1}`;
  const cursor = query.cursor === undefined ? [] : [query.cursor];
  const rest = `${text}${after} ORDER BY id LIMIT ${query.limit + 1}`;
  const rows = await rowsOf(db, query, rest, [...values, ...cursor]);
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1)?.id : undefined;
  return { features: shown.map(featureOf), ...(last !== undefined && { cursor: last }) };
}

async function rowsOf(db: Database, query: ItemQuery, where: string, values: unknown[]): Promise<ItemRow[]> {
  const text = `
    SELECT id, properties, ${asGeoJson('geometry', query.crs)} AS geometry, at FROM opendata.feature WHERE ${where}`;
  try {
    return (await db.query<ItemRow>({ text, values })).rows;
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? '';
    // PostgreSQL can't compute with the client's value or geometry (class 22), or PostGIS refuses it (XX000).
    if (query.filter !== undefined && /^(22...|XX000|42883)$/.test(code)) {
      throw refused('filter', JSON.stringify(query.filter), `a computable filter: ${(cause as Error).message}`);
    }
    throw cause;
  }
}

/** The feature of an id. */
export async function findItem(db: Database, dataset: Dataset, id: string, crs: Crs): Promise<Feature | undefined> {
  const { rows } = await db.query<ItemRow>({
    text: `SELECT id, properties, ${asGeoJson('geometry', crs)} AS geometry, at FROM opendata.feature
      WHERE tenant = $1 AND dataset = $2 AND generation = $3 AND id = $4`,
    values: [dataset.tenant, dataset.id, dataset.generation, id],
  });
  return rows[0] && featureOf(rows[0]);
}

interface ItemRow {
  readonly id: string;
  readonly properties: string;
  readonly geometry: string | null;
  readonly at: Date | null;
}

function featureOf({ id, properties, geometry, at }: ItemRow): Feature {
  return {
    id,
    properties: JSON.parse(properties),
    ...(geometry !== null && { geometry: JSON.parse(geometry) }),
    ...(at && { at: at.toISOString() }),
  };
}

async function countOf(db: Database, conditions: string, values: readonly unknown[]): Promise<number> {
  const text = `SELECT count(*) AS matched FROM opendata.feature WHERE ${conditions}`;
  return (await db.query<{ matched: number }>({ text, values })).rows[0]?.matched ?? 0;
}

function conditionsOf(dataset: Dataset, query: ItemQuery): { text: string; values: unknown[]; scope: FilterScope } {
  const values: unknown[] = [dataset.tenant, dataset.id, dataset.generation];
  const value = (given: unknown) => `$${values.push(given)}`;
  const conditions = ['tenant = $1', 'dataset = $2', 'generation = $3'];
  const { bbox, from, to, filter } = query;
  if (bbox) conditions.push(`ST_Intersects(geometry, ${envelope(bbox, query.bboxCrs, value)})`);
  // A feature without a time matches all times (Part 1, 7.15.4).
  if (from !== undefined) conditions.push(`(at IS NULL OR at >= ${value(from)}::timestamptz)`);
  if (to !== undefined) conditions.push(`(at IS NULL OR at <= ${value(to)}::timestamptz)`);
  const scope = scopeOf(dataset, query.filterCrs, value);
  for (const { property, value: wanted } of query.equals) {
    const column = dataset.definition.columns.find(({ name }) => name === property) as Column;
    conditions.push(`${scope.property(property)?.sql} = ${value(readValue(column, wanted))}${CASTS[column.kind]}`);
  }
  if (filter !== undefined) {
    try {
      conditions.push(`(${conditionOf(filter, scope)})`);
    } catch (cause) {
      throw filterProblem(JSON.stringify(filter), cause);
    }
  }
  return { text: conditions.join(' AND '), values, scope };
}

function readValue({ name, kind }: Column, written: string): unknown {
  if (kind === 'number') {
    const number = Number(written);
    if (written.trim() === '' || !Number.isFinite(number)) throw refused(name, written, 'a number');
    return number;
  }
  if (kind === 'boolean') {
    if (written !== 'true' && written !== 'false') throw refused(name, written, 'true or false');
    return written === 'true';
  }
  if (kind === 'time' && Number.isNaN(Date.parse(written))) throw refused(name, written, 'a date and time');
  return written;
}

function scopeOf({ definition }: Dataset, crs: Crs, value: (given: unknown) => string): FilterScope {
  const fixed: { readonly [name: string]: SqlTerm } = {
    id: { sql: 'id', kind: 'text' },
    observed_at: { sql: 'at', kind: 'time' },
    ...(definition.geometry && { geometry: { sql: 'geometry', kind: 'geometry' } as const }),
  };
  const columns = new Map(queryColumns(definition).map((column) => [column.name, column.kind]));
  return {
    names: [...columns.keys(), ...Object.keys(fixed)],
    property(name) {
      if (Object.hasOwn(fixed, name)) return fixed[name];
      const kind = columns.get(name);
      return kind && { sql: `(properties ->> ${value(name)}::text)${CASTS[kind]}`, kind };
    },
    value,
    geometry: (geojson) => toStorage(`ST_GeomFromGeoJSON(${value(geojson)}::text)`, crs),
    bbox: (numbers) => envelope(numbers, crs, value),
  };
}

/** The columns of features; those of a grid also have the count. */
export function queryColumns({
  columns,
  source,
}: Pick<Dataset['definition'], 'columns'> & {
  readonly source: Pick<Dataset['definition']['source'], 'content'>;
}): readonly Pick<Column, 'name' | 'kind' | 'title' | 'unit'>[] {
  return source.content.kind === 'grid'
    ? [...columns, { name: 'nombre', kind: 'number', title: { fr: 'Nombre', en: 'Count' } }]
    : columns;
}

function envelope(numbers: readonly number[], crs: Crs, value: (given: unknown) => string): string {
  const corners = numbers.length === 6 ? [numbers[0], numbers[1], numbers[3], numbers[4]] : numbers;
  if (corners.length !== 4 || !corners.every((each) => typeof each === 'number')) {
    throw refused('bbox', numbers, 'four numbers');
  }
  const [a, b, c, d] = corners.map((corner) => `${value(corner)}::float8`) as [string, string, string, string];
  const box = (from: string, to: string) => toStorage(`ST_MakeEnvelope(${from}, ${b}, ${to}, ${d})`, crs);
  // A box across the antimeridian has its west edge east of its east edge.
  const isAcross = crs === SYSTEMS[0] && Number(corners[0]) > Number(corners[2]);
  return isAcross ? `ST_Union(${box(a, '180::float8')}, ${box('-180::float8', c)})` : box(a, c);
}
