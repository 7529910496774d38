import type { TemporalEntity, TemporalInstance } from '../../model/temporal/temporal-entity.ts';
import { timeOf } from '../../model/temporal/temporal-represent.ts';
import { temporalKey } from '../../query/temporal/temporal-key.ts';
import type { TemporalQuery } from '../../query/temporal/temporal-query.ts';
import type { TimedInstance } from '../../query/temporal/temporal-range.ts';
import { isNewer } from './join-entities.ts';

/** An evolution whose instances have times, in order of time. */
export interface TimedEvolution extends Omit<TemporalEntity, 'attributes'> {
  readonly attributes: { readonly [name: string]: readonly TimedInstance[] };
}

/**
 * Merges the parts of an evolution (4.5.5, 5.7.3.4), with each time of a series once.
 *
 * @param equals parts of equal rank: of two instances with the same time the more recent wins, or if that is unknown
 * the earlier one in the list
 *
 * @param auxiliaries contribute only instances at times that no other part has
 */
export function joinEvolutions(
  equals: readonly TemporalEntity[],
  auxiliaries: readonly TemporalEntity[],
  { timeproperty, lastN }: TemporalQuery,
): TimedEvolution | undefined {
  const all = [...equals, ...auxiliaries];
  const [first] = all;
  if (first === undefined) return undefined;
  const byName = new Map<string, Map<string, TimedInstance>>();
  const add = ({ attributes }: TemporalEntity, isEqual: boolean) => {
    for (const name in attributes) {
      let series = byName.get(name);
      if (series === undefined) {
        series = new Map();
        byName.set(name, series);
      }
      for (const instance of attributes[name] as readonly TemporalInstance[]) {
        const time = timeOf(instance, timeproperty);
        const key = JSON.stringify([instance.instance.datasetId ?? '', temporalKey(time, 'dateTime') ?? time]);
        const known = series.get(key);
        if (known === undefined || (isEqual && isNewer(instance.instance, known.instance))) {
          series.set(key, { ...instance, time: millisecondsOf(time) });
        }
      }
    }
  };
  for (const entity of equals) add(entity, true);
  for (const entity of auxiliaries) add(entity, false);
  const attributes: Record<string, readonly TimedInstance[]> = {};
  for (const [name, series] of byName) {
    const inOrder = [...series.values()].sort((one, other) => one.time - other.time);
    attributes[name] = lastN === undefined ? inOrder : latest(inOrder, lastN);
  }
  return { ...headerOf(all), id: first.id, attributes };
}

/** The last `lastN` instances of each dataset. */
export function latest(instances: readonly TimedInstance[], lastN: number): TimedInstance[] {
  const left = new Map<string, number>();
  const kept = instances.toReversed().filter(({ instance: { datasetId = '' } }) => {
    const room = left.get(datasetId) ?? lastN;
    left.set(datasetId, room - 1);
    return room > 0;
  });
  return kept.reverse();
}

function headerOf(all: readonly TemporalEntity[]): Omit<TemporalEntity, 'id' | 'attributes'> {
  const knownTimes = (member: 'createdAt' | 'modifiedAt' | 'expiresAt' | 'deletedAt') =>
    all.flatMap((entity) => entity[member] ?? []).sort((one, other) => Date.parse(one) - Date.parse(other));
  const [createdAt, modifiedAt] = [knownTimes('createdAt').at(0), knownTimes('modifiedAt').at(-1)];
  const [expiresAt, deletedAt] = [knownTimes('expiresAt'), knownTimes('deletedAt')];
  return {
    types: [...new Set(all.flatMap(({ types }) => types))],
    ...(createdAt !== undefined && { createdAt }),
    ...(modifiedAt !== undefined && { modifiedAt }),
    // The entity expires only if all of its parts do.
    ...(expiresAt.length === all.length && { expiresAt: expiresAt.at(-1) as string }),
    ...(deletedAt.length === all.length && { deletedAt: deletedAt.at(-1) as string }),
  };
}

/** Milliseconds since 1970, including microseconds as a fraction. */
export function millisecondsOf(dateTime: string): number {
  const fraction = /[.,](\d+)/.exec(dateTime)?.[1] ?? '';
  return Date.parse(dateTime.replace(/[.,]\d+/, '')) + Number(`0.${fraction || '0'}`) * 1000;
}
