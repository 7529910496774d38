/** What an attribute of an entity can be: a value, the id that a Relationship leads to, or a geometry. */
export type Value = string | number | boolean | null | readonly unknown[] | { readonly [member: string]: unknown };

/** When something was observed, in milliseconds since 1970, and what. */
export type Sample = readonly [at: number, value: Value];

/** The samples of one entity by attribute: ascending in time, one at a time. */
export type Series = Readonly<Record<string, readonly Sample[]>>;

/** The index of the last sample at or before a time, found by halving; -1: there is none. */
export function lastIndexAt(samples: readonly Sample[], at: number): number {
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle] as Sample)[0] <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
