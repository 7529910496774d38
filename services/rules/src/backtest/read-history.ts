import { type EntitySamples, type Geometry, type NgsiLdClient, queryPages } from '@alzette/ngsi-ld-schemas';
import type { EntityFacts } from '../alarm-register/book-alarm.ts';
import type { RuleScope } from '../contract/rule.ts';
import type { Sample, Series, Value } from '../evaluate/series.ts';
import { scopeQueryOf } from '../intake/scope-query.ts';

/** An entity with its history. */
export interface PastEntity {
  readonly facts: EntityFacts;
  readonly series: Series;
}

/** The part of the past that a rule is evaluated on. */
export interface HistoryAsked {
  readonly tenant: string;
  readonly scope: RuleScope;
  readonly attrs: readonly string[];
  /** Relationships whose targets are needed. */
  readonly parents: readonly string[];
  readonly from: Date;
  readonly to: Date;
  /** When it is aborted, its reason is thrown. */
  readonly signal?: AbortSignal;
}

interface HistoryQuery extends HistoryAsked {
  readonly client: NgsiLdClient;
  readonly context: string;
}

/** Entities per history query. Fewer are read at once if those before had many samples. */
const MOST_AT_ONCE = 60;
const FIRST_AT_ONCE = 2;
/** Read in one turn of the event loop. */
const SAMPLES_AT_ONCE = 4000;
const PAGE = 500;

/**
 * Reads the entities of a scope with their history, in batches. Attributes without an observation time have their
 * present value for the whole period.
 */
export async function* readHistory(query: HistoryQuery): AsyncGenerator<PastEntity, void, undefined> {
  const { client, tenant, context, scope, attrs, parents, from, to, signal } = query;
  let atOnce = FIRST_AT_ONCE;
  const pages = queryPages<{ id: string; type: string | string[]; [name: string]: unknown }>(client, {
    ...scopeQueryOf(scope),
    pick: ['id', 'type', 'scope', 'name', 'location', ...attrs, ...parents],
    format: 'simplified',
    limit: PAGE,
    tenant,
    context,
    ...(signal && { signal }),
  });
  for await (const entities of pages) {
    const read = (at: number) => {
      const some = entities.slice(at, at + atOnce);
      const ids = some.map(({ id }) => id);
      const asked = { id: ids, attrs: [...attrs], from, to, untimed: true, limit: ids.length, tenant, context };
      const found = ids.length === 0 ? [] : client.queryTemporal({ ...asked, ...(signal && { signal }) });
      return { some, found: Promise.resolve(found) };
    };
    let next = read(0);
    for (let at = 0; at < entities.length; ) {
      signal?.throwIfAborted();
      const { some } = next;
      const found = await next.found;
      atOnce = entitiesAtOnce(found);
      at += some.length;
      // The database reads the next batch while the rule is evaluated on this one.
      next = read(at);
      next.found.catch(() => {}); // thrown where the batch is awaited
      const samples = new Map(found.map((entity) => [entity.id, entity]));
      for (const entity of some) yield pastEntity(entity, samples.get(entity.id), attrs, parents, from);
    }
  }
}

/** By the samples of those read before. */
function entitiesAtOnce(found: readonly EntitySamples[]): number {
  const samples = found.reduce(
    (all, { attributes }) => Object.values(attributes).reduce((sum, { length }) => sum + length, all),
    0,
  );
  const each = Math.max(1, samples / Math.max(1, found.length));
  return Math.min(MOST_AT_ONCE, Math.max(1, Math.floor(SAMPLES_AT_ONCE / each)));
}

function pastEntity(
  entity: { readonly id: string; readonly type: string | string[]; readonly [name: string]: unknown },
  found: EntitySamples | undefined,
  attrs: readonly string[],
  parents: readonly string[],
  from: Date,
): PastEntity {
  const series: Record<string, Sample[]> = {};
  for (const attr of attrs) {
    const samples = found?.attributes[attr];
    if (samples !== undefined) series[attr] = ascending(samples);
    else if (entity[attr] !== undefined) series[attr] = [[from.getTime(), entity[attr] as Value]];
  }
  const links = parents.map((name) => [name, entity[name] === undefined ? [] : [entity[name]].flat().map(String)]);
  return {
    series,
    facts: {
      id: entity.id,
      type: [entity.type].flat()[0] ?? '',
      scope: entity.scope === undefined ? [] : [entity.scope].flat().map(String),
      parents: Object.fromEntries(links),
      ...(typeof entity.name === 'string' && { name: entity.name }),
      ...(entity.location !== undefined && { location: entity.location as Geometry }),
    },
  };
}

/** One sample per time, the last one in the history. */
function ascending(samples: readonly [unknown, number][]): Sample[] {
  const series: Sample[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const [value, at] of samples) {
    if (at === before) series.pop();
    series.push([at, value as Value]);
    before = at;
  }
  return series;
}
