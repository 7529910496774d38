import type { TerritoryInfo } from '@alzette/kit/service';
import { type Entity, type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';
import type { DatasetDefinition, Feature } from '../datasets/dataset.ts';
import { attributesOf, featureOfEntity, propertiesOf } from './columns-of-entity.ts';

const PAGE = 500;
/** Entities per history query, and the length of its time slice; both limit memory use. */
const HISTORY_PAGE = 20;
const HISTORY_SLICE_MS = 7 * 86_400_000;

/** The types and columns of the rows. */
type Shape = Pick<DatasetDefinition, 'columns' | 'geometry'> & {
  readonly source: Pick<DatasetDefinition['source'], 'types'>;
};

/** The source of a dataset's rows, and the rights with which they are read. */
export interface Source {
  readonly client: NgsiLdClient;
  readonly context: string;
  readonly territory: TerritoryInfo;
  readonly tenant: string;
}

/** The rows of a dataset that is not a grid, from the present entities. */
export async function* collectFeatures(
  source: Source,
  definition: DatasetDefinition,
  now: Date,
): AsyncGenerator<Feature> {
  const { content } = definition.source;
  if (content.kind === 'history') yield* collectHistory(source, definition, content.days ?? 0, now);
  else for await (const entity of entitiesOf(source, definition)) yield featureOfEntity(entity, definition);
}

/** The entities of a dataset with only the attributes of its allow-list, in concise form with timestamps. */
export async function* entitiesOf(source: Source, definition: DatasetDefinition): AsyncGenerator<Entity> {
  const attributes = attributesOf(definition);
  yield* queryAll(source.client, {
    ...selection(source, definition),
    format: 'concise',
    sysAttrs: true,
    pick: ['id', 'type', 'createdAt', ...attributes],
    limit: PAGE,
  });
}

async function* collectHistory(
  source: Source,
  definition: DatasetDefinition,
  days: number,
  now: Date,
): AsyncGenerator<Feature> {
  const period = { from: new Date(now.getTime() - days * 86_400_000), to: now };
  yield* momentsOf(source, definition, entitiesOf(source, definition), period);
}

/** One row for each instant of a period at which one of the columns was observed. */
export async function* momentsOf(
  source: Source,
  { columns, geometry, source: { types } }: Shape,
  entities: AsyncIterable<Entity>,
  period: { readonly from: Date; readonly to: Date },
): AsyncGenerator<Feature> {
  let page: Feature[] = [];
  for await (const entity of entities) {
    page.push(featureOfEntity(entity, { columns, geometry }));
    if (page.length < HISTORY_PAGE) continue;
    yield* momentsOfPage(page);
    page = [];
  }
  yield* momentsOfPage(page);

  async function* momentsOfPage(found: readonly Feature[]): AsyncGenerator<Feature> {
    if (found.length === 0) return;
    const places = new Map(found.map((each) => [each.id, each]));
    const end = period.to.getTime();
    for (let from = period.from.getTime(); from < end; from += HISTORY_SLICE_MS) {
      const samples = await source.client.queryTemporal({
        tenant: source.tenant,
        context: source.context,
        ...(types.length > 0 && { type: types.join(',') }),
        id: [...places.keys()],
        attrs: [...new Set(columns.map(({ attribute }) => attribute))],
        // A sample at the end of a slice belongs to that slice, not to the next.
        from: new Date(from + 1),
        to: new Date(Math.min(from + HISTORY_SLICE_MS, end)),
        limit: found.length,
      });
      for (const { id, attributes } of samples) {
        const moments = new Map<number, Record<string, unknown>>();
        for (const [name, values] of Object.entries(attributes)) {
          for (const [value, at] of values) moments.set(at, { ...moments.get(at), [name]: value });
        }
        const { geometry: place } = places.get(id) ?? {};
        for (const [at, values] of moments) {
          const time = new Date(at).toISOString();
          const properties = propertiesOf(columns, (attribute) => values[attribute]);
          yield { id: `${id}@${time}`, properties, at: time, ...(place && { geometry: place }) };
        }
      }
    }
  }
}

function selection({ tenant, context, territory }: Source, { source }: DatasetDefinition) {
  const scopes = source.communes?.map((slug) => `${scopeOf(territory, slug)}/#`);
  return {
    type: source.types.join(','),
    tenant,
    context,
    ...(scopes && { scopeQ: scopes.join(',') }),
    ...(source.q !== undefined && { q: source.q }),
  };
}

/** The commune was checked when the definition was saved, but the territory may have changed since. */
function scopeOf(territory: TerritoryInfo, slug: string): string {
  const commune = territory.communes.find((each) => each.slug === slug);
  if (commune === undefined) throw new Error(`source.communes: the commune ${slug} no longer exists`);
  return commune.scope;
}
