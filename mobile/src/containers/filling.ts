import { numberFormat } from '../i18n/formats.ts';

/** How full, as a citizen would say it; each has its words, its colour and its picture. */
export type FillingLevel = 'empty' | 'roomy' | 'half' | 'someRoom' | 'nearlyFull' | 'full' | 'unknown';

const ABOVE: readonly [from: number, level: FillingLevel][] = [
  [0.95, 'full'],
  [0.8, 'nearlyFull'],
  [0.6, 'someRoom'],
  [0.4, 'half'],
  [0.1, 'roomy'],
];

/** The word for a filling of 0 to 1. */
export function fillingLevel(filling: number | undefined): FillingLevel {
  if (filling === undefined) return 'unknown';
  return ABOVE.find(([from]) => filling >= from)?.[1] ?? 'empty';
}

/** Whether one would walk there with a full bag. What is unknown is not promised. */
export function hasRoom(filling: number | undefined): boolean {
  return filling !== undefined && filling < 0.8;
}

/** `87 %` as the language writes it. */
export function percentWords(filling: number, language: string): string {
  return numberFormat(language, { style: 'percent', maximumFractionDigits: 0 })(filling);
}
