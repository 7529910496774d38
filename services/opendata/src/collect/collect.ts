import type { TerritoryInfo } from '@alzette/kit/service';
import { type Entity, type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';
import type { DatasetDefinition, Feature } from '../datasets/dataset.ts';
import { PUBLIC_TENANT } from '../parts.ts';
import { attributesOf, featureOfEntity, propertiesOf } from './columns-of-entity.ts';

const PAGE = 500;
/** Entities whose history is read at once, and for how long: what is in memory stays small. */
const HISTORY_PAGE = 20;
const HISTORY_SLICE_MS = 7 * 86_400_000;

/** Where a dataset's rows come from, and in whose right. */
export interface Source {
  readonly client: NgsiLdClient;
  readonly context: string;
  readonly territory: TerritoryInfo;
}

/** The rows of a dataset that are no squares of a grid, as the broker has them now. */
export async function* collectFeatures(
  source: Source,
  definition: DatasetDefinition,
  now: Date,
): AsyncGenerator<Feature> {
  const { content } = definition.source;
  if (content.kind === 'history') yield* collectHistory(source, definition, content.days, now);
  else for await (const entity of entitiesOf(source, definition)) yield featureOfEntity(entity, definition);
}

/** The entities of a dataset with the attributes of its allow-list alone, concise, with their times. */
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

/** Each moment at which one of the columns was observed is a row. */
async function* collectHistory(
  source: Source,
  definition: DatasetDefinition,
  days: number,
  now: Date,
): AsyncGenerator<Feature> {
  const { columns } = definition;
  let page: Feature[] = [];
  for await (const entity of entitiesOf(source, definition)) {
    page.push(featureOfEntity(entity, definition));
    if (page.length < HISTORY_PAGE) continue;
    yield* momentsOf(page);
    page = [];
  }
  yield* momentsOf(page);

  async function* momentsOf(entities: readonly Feature[]): AsyncGenerator<Feature> {
    if (entities.length === 0) return;
    const places = new Map(entities.map((each) => [each.id, each]));
    const begin = now.getTime() - days * 86_400_000;
    for (let from = begin; from < now.getTime(); from += HISTORY_SLICE_MS) {
      const samples = await source.client.queryTemporal({
        tenant: PUBLIC_TENANT,
        context: source.context,
        type: definition.source.types.join(','),
        id: [...places.keys()],
        attrs: [...new Set(columns.map(({ attribute }) => attribute))],
        // Samples of the end of a slice belong to it, not to the next.
        from: new Date(from + 1),
        to: new Date(Math.min(from + HISTORY_SLICE_MS, now.getTime())),
        limit: entities.length,
      });
      for (const { id, attributes } of samples) {
        const moments = new Map<number, Record<string, unknown>>();
        for (const [name, values] of Object.entries(attributes)) {
          for (const [value, at] of values) moments.set(at, { ...moments.get(at), [name]: value });
        }
        const { geometry } = places.get(id) ?? {};
        for (const [at, values] of moments) {
          const time = new Date(at).toISOString();
          const properties = propertiesOf(columns, (attribute) => values[attribute]);
          yield { id: `${id}@${time}`, properties, at: time, ...(geometry && { geometry }) };
        }
      }
    }
  }
}

function selection({ context, territory }: Source, { source }: DatasetDefinition) {
  const scopes = source.communes?.map((slug) => `${scopeOf(territory, slug)}/#`);
  return {
    type: source.types.join(','),
    tenant: PUBLIC_TENANT,
    context,
    ...(scopes && { scopeQ: scopes.join(',') }),
  };
}

/** What was written is checked; a territory may have changed since. */
function scopeOf(territory: TerritoryInfo, slug: string): string {
  const commune = territory.communes.find((each) => each.slug === slug);
  if (commune === undefined) throw new Error(`source.communes: there is no commune ${slug} any more`);
  return commune.scope;
}
