import type { TemporalInstance } from '../../model/temporal/temporal-entity.ts';
import { timeOf } from '../../model/temporal/temporal-represent.ts';
import type { TemporalQuery } from './temporal-query.ts';

/** An instance with what it is ordered by: milliseconds since 1970. */
export interface TimedInstance extends TemporalInstance {
  readonly time: number;
}

/** What an answer that is cut off holds: all instances from one time to another (6.3.10). */
export interface TimeRange {
  /** Milliseconds since 1970; both are in it. */
  readonly from: number;
  readonly to: number;
  /** As the Content-Range tells it, in the direction that the client reads on in. */
  readonly start: string;
  readonly end: string;
  readonly size: number | '*';
}

/**
 * The range of time that fits when an entity has more instances than an answer holds; undefined when all fit. It is one
 * for all entities, so that none has a gap: forward from the earliest, or with `lastN` back from the latest.
 *
 * @param entities the instances of each; of each series at most one more than fit
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
    const last = times[most - 1] as number; // there are more than that
    if (bound === undefined || (isBackward ? last > bound : last < bound)) bound = last;
  }
  if (bound === undefined) return undefined;

  const all = entities.flat();
  const kept = all.filter(({ time }) => (isBackward ? time >= (bound as number) : time <= (bound as number)));
  const [first, ...others] = kept;
  if (first === undefined) return undefined; // of what is known nothing is here
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
