import { frameIsShown } from '../navigation/tap-first.ts';

/**
 * The parts of OpenLayers, in the order of their dependencies. On a slow phone the whole library takes a quarter of a second
 * to start, in which taps would have no effect.
 */
export const MAP_PARTS: readonly (() => Promise<unknown>)[] = [
  () => import('./library/styles.ts'),
  () => import('./library/data.ts'),
  () => import('./library/layers.ts'),
  () => import('./library/frame.ts'),
];

/** Loads a component with a map, and lets the browser draw and answer taps before each part of its code starts. */
export async function inParts<T>(load: () => Promise<T>): Promise<T> {
  for (const part of MAP_PARTS) {
    await frameIsShown();
    await part();
  }
  await frameIsShown();
  return load();
}
