import type { Summary } from '@alzette/publishing/contract';

/** The theme of news about roadworks. */
const WORKS = 'travaux';

/** Whether the item tells of roadworks. */
export function isOfWorks({ theme }: Pick<Summary, 'theme'>): boolean {
  return theme === WORKS;
}

/** The layer of the map that shows an item. */
export function layerOf(item: Summary): 'events' | 'directory' | 'defibrillators' | 'works' | undefined {
  const { kind, place } = item;
  if (kind === 'event') return 'events';
  if (kind === 'place') return place?.category === 'defibrillator' ? 'defibrillators' : 'directory';
  return kind === 'alert' || isOfWorks(item) ? 'works' : undefined;
}
