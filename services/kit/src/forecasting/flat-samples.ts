import type { Samples } from './series.ts';

/** Samples for a computation: values and times in turn, in one array, which is copied faster than many small ones. */
export type FlatSamples = Float64Array<ArrayBuffer>;

export function flatSamples(samples: Samples): FlatSamples {
  const flat = new Float64Array(samples.length * 2);
  samples.forEach((sample, i) => {
    flat.set(sample, i * 2);
  });
  return flat;
}

export function samplesOf(flat: FlatSamples): [value: number, at: number][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[i * 2] ?? 0, flat[i * 2 + 1] ?? 0]);
}
