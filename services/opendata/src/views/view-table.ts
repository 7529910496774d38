import { Problem } from '@alzette/kit/problems';
import { type Entity, type EntityQuery, NgsiLdClientError, queryAll } from '@alzette/ngsi-ld-schemas';
import { EVENT_START } from '../catalogue/formats-of.ts';
import { momentsOf, type Source } from '../collect/collect.ts';
import { attributesOf, featureOfEntity } from '../collect/columns-of-entity.ts';
import type { Column, Feature } from '../datasets/dataset.ts';
import type { Table } from '../exports/table.ts';
import { ROWS_AT_ONCE } from '../exports/write-file.ts';
import { columnsIn } from './columns-in.ts';
import type { View, ViewColumn, ViewEntities, ViewRow } from './view.ts';

/** The number of ids per query. */
const IDS_AT_ONCE = 200;
const PAGE = 500;

/**
 * The number of rows of a view; null: known only when they are written.
 *
 * @throws Problem 400: the entity query is invalid
 */
export async function countRows(
  { client, ...source }: Source,
  { entities }: Pick<View, 'entities'>,
): Promise<number | null> {
  if (entities?.ids) return entities.period ? null : entities.ids.length;
  try {
    const query = queryOf({ client, ...source }, entities ?? {});
    const { count } = await client.queryEntities({ ...query, count: true, limit: 1 });
    return entities?.period ? null : (count ?? null);
  } catch (cause) {
    if (!(cause instanceof NgsiLdClientError) || cause.status !== 400) throw cause;
    throw new Problem(400, 'The request is not valid', `entities: ${cause.problem.detail}`, { cause });
  }
}

/** The table of a view of entities, which are read with the rights of `source`. */
export async function tableOf(source: Source, view: Omit<View, 'rows'>): Promise<Table> {
  const asked = view.entities as ViewEntities; // readView requires rows or entities
  const { columns, geometry } = view.columns
    ? { columns: view.columns.map(shapeOf), geometry: true }
    : await columnsIn(entitiesOf(source, asked));
  const shape = { columns, geometry, source: { types: asked.types ?? [] } };
  const found = entitiesOf(source, asked, attributesOf(shape));
  const { period } = asked;
  const features = period
    ? momentsOf(source, shape, found, { from: new Date(period.from), to: new Date(period.to) })
    : currentOf(found, shape);
  const definition = definitionOf(view, columns, geometry);
  return { dataset: { definition }, batches: inBatches(features, view.format === 'ics') };
}

/** The table of a view that brings its rows. */
export function tableOfRows(view: Omit<View, 'rows'>, rows: readonly ViewRow[]): Table {
  const columns = (view.columns ?? []).map(shapeOf);
  const isCalendar = view.format === 'ics';
  const features = rows.values().map(
    ({ id, values, at, place }): Feature => ({
      id,
      properties: Object.fromEntries(
        columns.flatMap(({ name }, n) => (values[n] === null ? [] : [[name, values[n] as string]])),
      ),
      ...(at !== undefined && { at: new Date(at).toISOString() }),
      ...(place && { geometry: { type: 'Point', coordinates: place } }),
    }),
  );
  const hasPlaces = rows.some(({ place }) => place !== undefined);
  const batches = inBatches(features, isCalendar);
  return { dataset: { definition: definitionOf(view, columns, hasPlaces) }, batches };
}

function shapeOf({ name, kind, path, attribute = name }: ViewColumn): Column {
  return { name, kind, attribute, ...(path !== undefined && { path }), title: { fr: name } };
}

function definitionOf(
  view: Pick<View, 'name'>,
  columns: readonly Column[],
  geometry: boolean,
): Table['dataset']['definition'] {
  return { title: { fr: view.name }, columns, geometry, source: { content: { kind: 'current' } } };
}

async function* currentOf(
  entities: AsyncIterable<Entity>,
  shape: { readonly columns: readonly Column[]; readonly geometry: boolean },
): AsyncGenerator<Feature> {
  for await (const entity of entities) yield featureOfEntity(entity, shape);
}

/** In a calendar, a row begins when it was observed. */
async function* inBatches(
  features: Iterable<Feature> | AsyncIterable<Feature>,
  isCalendar: boolean,
): AsyncGenerator<readonly Feature[]> {
  let batch: Feature[] = [];
  for await (const feature of features) {
    const { at, properties } = feature;
    batch.push(
      isCalendar && at !== undefined ? { ...feature, properties: { [EVENT_START]: at, ...properties } } : feature,
    );
    if (batch.length < ROWS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The entities of a view, in concise form with timestamps; for a list of ids, in its order. */
async function* entitiesOf(source: Source, asked: ViewEntities, attributes?: string[]): AsyncGenerator<Entity> {
  const { client } = source;
  const shown: EntityQuery = {
    ...queryOf(source, asked),
    format: 'concise',
    sysAttrs: true,
    ...(attributes && { pick: ['id', 'type', 'createdAt', ...attributes] }),
  };
  const { ids } = asked;
  if (ids === undefined) {
    yield* queryAll(client, { ...shown, limit: PAGE });
    return;
  }
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const some = ids.slice(from, from + IDS_AT_ONCE);
    const { entities } = await client.queryEntities<Entity>({ ...shown, id: [...some], limit: IDS_AT_ONCE });
    const known = new Map(entities.map((entity) => [entity.id, entity]));
    for (const id of some) {
      const entity = known.get(id);
      if (entity) yield entity;
    }
  }
}

function queryOf({ tenant, context }: Source, { types, q, scopeQ, bbox }: ViewEntities): EntityQuery {
  return {
    tenant,
    context,
    // Without types, other brokers can't be queried.
    ...(types ? { type: types.join(',') } : { local: true }),
    ...(q !== undefined && { q }),
    ...(scopeQ !== undefined && { scopeQ }),
    ...(bbox && { georel: 'intersects', geometry: 'Polygon', coordinates: ringOf(bbox) }),
  };
}

function ringOf([west, south, east, north]: NonNullable<ViewEntities['bbox']>): number[][][] {
  return [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ];
}
