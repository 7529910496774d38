import type { Holidays } from './calendar.ts';

/**
 * The public holidays of a year as `MM-DD`: France (code du travail, L3133-1); the départements of Moselle, Bas-Rhin and
 * Haut-Rhin with Good Friday and the day after Christmas (L3134-13); Luxembourg (code du travail, L232-2).
 */
export function holidaysOf(whose: Holidays, year: number): ReadonlySet<string> {
  const easter = easterSunday(year);
  const after = (days: number) => new Date(easter + days * 86_400_000).toISOString().slice(5, 10);
  const common = ['01-01', after(1), '05-01', after(39), after(50), '08-15', '11-01', '12-25'];
  if (whose === 'lu') return new Set([...common, '05-09', '06-23', '12-26']);
  const french = [...common, '05-08', '07-14', '11-11'];
  return new Set(whose === 'fr-moselle' ? [...french, after(-2), '12-26'] : french);
}

/** Milliseconds of its midnight UTC, by the algorithm of Meeus, Jones and Butcher for the Gregorian calendar. */
function easterSunday(year: number): number {
  const a = year % 19;
  const [b, c] = [Math.floor(year / 100), year % 100];
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const monthAndDay = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(monthAndDay / 31) - 1, (monthAndDay % 31) + 1);
}
