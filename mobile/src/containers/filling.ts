import { numberFormat } from '../i18n/formats.ts';

/** Filling levels for citizens; each has its text, its colour and its picture. */
export type FillingLevel = 'empty' | 'roomy' | 'half' | 'someRoom' | 'nearlyFull' | 'full' | 'unknown';

const ABOVE: readonly [from: number, level: FillingLevel][] = [
  [0.95, 'full'],
  [0.8, 'nearlyFull'],
  [0.6, 'someRoom'],
  [0.4, 'half'],
  [0.1, 'roomy'],
];

/** The level of a filling of 0 to 1. */
export function fillingLevel(filling: number | undefined): FillingLevel {
  if (filling === undefined) return 'unknown';
  return ABOVE.find(([from]) => filling >= from)?.[1] ?? 'empty';
}

/** Whether there is room for a full bag. False for an unknown filling. */
export function hasRoom(filling: number | undefined): boolean {
  return filling !== undefined && filling < 0.8;
}

/** `87 %`, formatted in the language. */
export function percentWords(filling: number, language: string): string {
  return numberFormat(language, { style: 'percent', maximumFractionDigits: 0 })(filling);
}
