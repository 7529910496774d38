import type { EntitySamples, TemporalEntity, TemporalQuery } from './client.ts';

/** In some brokers `between` excludes its first instant, so the period begins this much earlier. */
const BEFORE_MS = 1;

/** The URL parameters of Query Temporal Evolution of Entities (6.18.3.2), for observations from a time on. */
export function temporalParameters(query: TemporalQuery, from = query.from): URLSearchParams {
  const parameters = new URLSearchParams({
    timerel: 'between',
    timeAt: new Date(from.getTime() - BEFORE_MS).toISOString(),
    endTimeAt: new Date(query.to.getTime() + BEFORE_MS).toISOString(),
    timeproperty: 'observedAt',
    attrs: query.attrs.join(','),
    options: 'temporalValues',
  });
  if (query.type !== undefined) parameters.set('type', query.type);
  if (query.id !== undefined) parameters.set('id', query.id.join(','));
  for (const name of ['limit', 'offset', 'lastN'] as const) {
    const value = query[name];
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters;
}

/** The same for the numbers of these observations. */
export function countParameters(query: TemporalQuery): URLSearchParams {
  const parameters = temporalParameters(query);
  parameters.set('options', 'aggregatedValues');
  parameters.set('aggrMethods', 'totalCount');
  parameters.set('aggrPeriodDuration', 'PT0S'); // one period: all of it
  return parameters;
}

/** The numbers in an answer to `countParameters`, by entity. */
export function countsOf(entities: readonly TemporalEntity[], { attrs }: TemporalQuery): ReadonlyMap<string, number> {
  return new Map(
    entities.map((entity) => {
      const counts = attrs.flatMap((name) => seriesOf(entity[name], ['totalCount']).map(([count]) => Number(count)));
      return [entity.id, counts.reduce((sum, count) => sum + count, 0)];
    }),
  );
}

/** Parses entities in the simplified temporal representation (4.5.9). */
export function samplesOf({ id, type, ...members }: TemporalEntity, { attrs, from, to }: TemporalQuery): EntitySamples {
  const attributes: EntitySamples['attributes'] = {};
  for (const name of attrs) {
    const samples = seriesOf(members[name]).flatMap(([value, time]): [unknown, number][] => {
      const at = Date.parse(time);
      return at >= from.getTime() && at <= to.getTime() ? [[value, at]] : [];
    });
    if (samples.length > 0) attributes[name] = samples;
  }
  return { id, type, attributes };
}

/** Appends the samples of another answer to the earlier ones. */
export function joinSamples(known: EntitySamples[], further: readonly EntitySamples[]): void {
  const byId = new Map(known.map((entity) => [entity.id, entity]));
  for (const entity of further) {
    const before = byId.get(entity.id);
    if (before === undefined) known.push(entity);
    else for (const name in entity.attributes) join(before.attributes, name, entity.attributes[name] ?? []);
  }
}

function join(attributes: EntitySamples['attributes'], name: string, further: [unknown, number][]): void {
  const before = attributes[name] ?? [];
  const last = before.at(-1)?.[1] ?? Number.NEGATIVE_INFINITY;
  // Both parts of a split evolution may contain the instant of the split.
  attributes[name] = before.concat(further.filter(([, at]) => at > last));
}

const MEMBERS = ['values', 'objects', 'vocabs', 'jsons', 'languageMaps', 'valueLists', 'objectLists'];

function seriesOf(attribute: unknown, names: readonly string[] = MEMBERS): [unknown, string][] {
  const all = (Array.isArray(attribute) ? attribute : [attribute]).filter((each) => typeof each === 'object' && each);
  const series = all.find((each) => each.datasetId === undefined);
  const member = series && names.find((name) => Array.isArray(series[name]));
  return member === undefined ? [] : series[member];
}
