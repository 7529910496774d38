/** The value of an attribute: a Property's value, the object of a Relationship, or a geometry. */
export type Value = string | number | boolean | null | readonly unknown[] | { readonly [member: string]: unknown };

/** The time of an observation in milliseconds since 1970, and its value. */
export type Sample = readonly [at: number, value: Value];

/** The samples of one entity by attribute: ascending in time, one per time. */
export type Series = Readonly<Record<string, readonly Sample[]>>;

/** The index of the last sample at or before a time, by binary search; -1 if there is none. */
export function lastIndexAt(samples: readonly Sample[], at: number): number {
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle] as Sample)[0] <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
