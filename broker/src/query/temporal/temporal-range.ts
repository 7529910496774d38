import type { TemporalInstance } from '../../model/temporal/temporal-entity.ts';
import { timeOf } from '../../model/temporal/temporal-represent.ts';
import type { TemporalQuery } from './temporal-query.ts';

/** An instance with the time by which it is ordered, in milliseconds since 1970. */
export interface TimedInstance extends TemporalInstance {
  readonly time: number;
}

/** The time range that a partial answer covers completely (6.3.10). */
export interface TimeRange {
  /** Milliseconds since 1970, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** As written in Content-Range, in the direction in which the client continues. */
  readonly start: string;
  readonly end: string;
  readonly size: number | '*';
}

/**
 * The range of a partial answer if an entity has more instances than fit; undefined if all fit. The range is the same
 * for all entities, so that none has a gap. It extends forward from the earliest instance, or with `lastN` backward
 * from the latest.
 *
 * @param entities the instances of each; for each series at most one more than fit
 *
 * @param known nothing is known beyond this time, milliseconds since 1970
 */
export function cutOff(
  entities: readonly (readonly TimedInstance[])[],
  { lastN, relation, timeproperty }: TemporalQuery,
  most: number,
  known?: number,
): TimeRange | undefined {
  const isBackward = lastN !== undefined;
  let bound = known;
  for (const instances of entities) {
    if (instances.length <= most) continue;
    const times = instances.map(({ time }) => time).sort((a, b) => (isBackward ? b - a : a - b));
    const last = times[most - 1] as number; // there are more than fit
    if (bound === undefined || (isBackward ? last > bound : last < bound)) bound = last;
  }
  if (bound === undefined) return undefined;

  const all = entities.flat();
  const kept = all.filter(({ time }) => (isBackward ? time >= (bound as number) : time <= (bound as number)));
  const [first, ...others] = kept;
  if (first === undefined) return undefined; // nothing lies in the known range
  let [least, greatest] = [first, first];
  for (const instance of others) {
    if (instance.time < least.time) least = instance;
    if (instance.time > greatest.time) greatest = instance;
  }
  const bounds = { from: least.time, to: greatest.time };
  const [earliest, latest] = [timeOf(least, timeproperty), timeOf(greatest, timeproperty)];
  if (isBackward) {
    const start =
      relation === undefined || relation.timerel === 'after' ? latest : (relation.endTimeAt ?? relation.timeAt);
    return { ...bounds, start, end: earliest, size: lastN };
  }
  const start = relation === undefined || relation.timerel === 'before' ? earliest : relation.timeAt;
  return { ...bounds, start, end: latest, size: '*' };
}
