import { frameIsShown } from '../navigation/tap-first.ts';

/**
 * The parts of OpenLayers, each with what it needs of those before. On a slow phone the whole takes a quarter of a
 * second to start, in which nothing that is tapped would be answered.
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
