import { plausibleTime } from '../frames/frame-values.ts';
import { utcTime } from '../frames/json-values.ts';
import type { EntityMapping } from './device-profile.ts';
import type { CompiledMapping } from './entity-mapper.ts';
import { compiledAt, evaluated, MappingError } from './entity-mapper.ts';

type Moments = NonNullable<CompiledMapping['moments']>;
type Variables = Record<string, unknown>;

/** Compiles `each` and `observedAt` of a mapping. @throws MappingError names the invalid expression */
export function compileMoments({ type, each, observedAt }: EntityMapping, where: string): { moments?: Moments } {
  if (each === undefined && observedAt === undefined) return {};
  const listOf = each === undefined ? undefined : compiledAt(each, `${where}.each`);
  const timeOf = observedAt === undefined ? undefined : compiledAt(observedAt, `${where}.observedAt`);

  const itemsOf = (variables: Variables): Variables[] => {
    if (listOf === undefined) return [variables];
    const list = evaluated(listOf, variables, `each of ${type}`) ?? [];
    if (Array.isArray(list)) return list.map((item: unknown) => ({ ...variables, item }));
    throw new MappingError(`each of ${type} is ${JSON.stringify(list)?.slice(0, 100)}, expected a list`);
  };

  const moments: Moments = (variables, times) => {
    const found: { variables: Variables; observedAt: string | undefined }[] = [];
    const dropped: { message: string; implausible: boolean }[] = [];
    for (const seen of itemsOf(variables)) {
      const given = timeOf === undefined ? undefined : evaluated(timeOf, seen, `observedAt of ${type}`);
      const time = given === undefined || given === null ? times.observedAt : instantOf(given);
      const isBelieved = time !== undefined && (time === times.observedAt || plausibleTime(time, times.receivedAt));
      // A device with a wrong clock still measures now; but an item of the past can't be dated now.
      if (isBelieved || listOf === undefined) {
        found.push({ variables: seen, observedAt: isBelieved ? time : times.observedAt });
      }
      if (isBelieved) continue;
      const shown = JSON.stringify(given)?.slice(0, 100);
      const message = `observedAt of ${type} is ${shown}, expected a time between 2015 and now`;
      dropped.push({ message, implausible: listOf !== undefined });
    }
    return { moments: found.sort(byTime), dropped };
  };
  return { moments };
}

function byTime({ observedAt: a = '' }: { observedAt?: string }, { observedAt: b = '' }: { observedAt?: string }) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Numbers below are seconds, above milliseconds. */
const SECONDS_BELOW = 1e11;

/** ISO 8601 UTC from a text, or a number of seconds or milliseconds since 1970. */
function instantOf(value: unknown): string | undefined {
  return utcTime(typeof value === 'number' && value < SECONDS_BELOW ? value * 1000 : value);
}
