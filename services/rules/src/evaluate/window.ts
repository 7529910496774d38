import type { AggregateName } from '../contract/rule.ts';
import type { Sample, Value } from './series.ts';

/** The samples of a window as a range of a series: from `first` to `last`, both included; `last` < `first`: none. */
export interface Window {
  readonly samples: readonly Sample[];
  readonly first: number;
  readonly last: number;
}

/** The samples after `at - lengthMs` up to `at`, where `last` is the index of the last sample up to `at`. */
export function windowUntil(samples: readonly Sample[], last: number, at: number, lengthMs: number): Window {
  let first = last + 1;
  while (first > 0 && (samples[first - 1] as Sample)[0] > at - lengthMs) first -= 1;
  return { samples, first, last };
}

/**
 * An aggregate of a window; undefined: it has too few numbers. `count` counts samples for which `isCounted` is true,
 * `changes` those with a value different from the previous one. A rate is per millisecond, from the first number to the
 * last.
 */
export function aggregate(
  name: AggregateName,
  { samples, first, last }: Window,
  isCounted: (value: Value) => boolean,
): number | undefined {
  if (name === 'changes') {
    let changes = 0;
    for (let i = Math.max(first, 1); i <= last; i++) {
      if (!isSame((samples[i] as Sample)[1], (samples[i - 1] as Sample)[1])) changes += 1;
    }
    return changes;
  }
  let [count, sum] = [0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [oldest, newest]: (readonly [number, number] | undefined)[] = [];
  for (let i = first; i <= last; i++) {
    const [at, value] = samples[i] as Sample;
    if (!isCounted(value)) continue;
    if (name === 'count') {
      count += 1;
      continue;
    }
    if (typeof value !== 'number') continue;
    count += 1;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
    newest = [at, value];
    oldest ??= newest;
  }
  if (name === 'count') return count;
  if (oldest === undefined || newest === undefined) return undefined;
  switch (name) {
    case 'avg':
      return sum / count;
    case 'sum':
      return sum;
    case 'min':
      return min;
    case 'max':
      return max;
    case 'spread':
      return max - min;
    default:
      return newest[0] === oldest[0] ? undefined : (newest[1] - oldest[1]) / (newest[0] - oldest[0]);
  }
}

export function isSame(one: Value, other: Value): boolean {
  if (one === other) return true;
  return typeof one === 'object' && typeof other === 'object' && JSON.stringify(one) === JSON.stringify(other);
}
