import { agoFormat } from '../i18n/formats.ts';

/** The age of a measurement, in the largest suitable unit. */
export type Age = { unit: 'now' } | { unit: 'minute' | 'hour' | 'day'; count: number };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A container without a measurement for a day is unreliable. */
const SILENT_AFTER_MS = DAY_MS;

/** The age of `at` at the time `now`. A time in the future counts as now. */
export function ageOf(at: number, now: number): Age {
  const elapsed = now - at;
  if (elapsed < MINUTE_MS) return { unit: 'now' };
  if (elapsed < HOUR_MS) return { unit: 'minute', count: Math.floor(elapsed / MINUTE_MS) };
  if (elapsed < DAY_MS) return { unit: 'hour', count: Math.floor(elapsed / HOUR_MS) };
  return { unit: 'day', count: Math.floor(elapsed / DAY_MS) };
}

/** `il y a 4 minutes`, `2 days ago`; undefined for now, for which each caller has its own words. */
export function ageWords(age: Age, language: string, style: 'long' | 'short' = 'long'): string | undefined {
  if (age.unit === 'now') return undefined;
  return agoFormat(language, style)(age.count, age.unit);
}

export function isSilent(at: number | undefined, now: number): boolean {
  return at === undefined || now - at > SILENT_AFTER_MS;
}
