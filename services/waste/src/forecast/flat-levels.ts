import type { Levels } from '@alzette/kit/forecasting';

/** Levels for a computation: pairs of level and time in one array, which is copied much faster than many small ones. */
export type FlatLevels = Float64Array<ArrayBuffer>;

export function flatLevels(levels: Levels): FlatLevels {
  const flat = new Float64Array(levels.length * 2);
  levels.forEach((pair, i) => {
    flat.set(pair, i * 2);
  });
  return flat;
}

export function levelsOf(flat: FlatLevels): Levels {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[i * 2] ?? 0, flat[i * 2 + 1] ?? 0] as const);
}
