/** Calendars: France, its départements with the law of Alsace-Moselle, Luxembourg. */
export type Holidays = 'fr' | 'fr-moselle' | 'lu';

export type HolidayKey =
  | 'newYear'
  | 'goodFriday'
  | 'easterMonday'
  | 'labourDay'
  | 'europeDay'
  | 'victory1945'
  | 'ascension'
  | 'whitMonday'
  | 'luxembourgNational'
  | 'bastilleDay'
  | 'assumption'
  | 'allSaints'
  | 'armistice1918'
  | 'christmas'
  | 'secondChristmas';

const MOSELLE_LAW = ['57', '67', '68'];

/** The calendar of a commune, by the `department` in its territory: a French number, or `LU`. */
export function holidaysOfDepartment(department: string | undefined): Holidays {
  if (department?.toUpperCase() === 'LU') return 'lu';
  return department !== undefined && MOSELLE_LAW.includes(department) ? 'fr-moselle' : 'fr';
}

/**
 * The public holidays of a year by their day as `MM-DD`: France (code du travail, L3133-1); the départements of Moselle,
 * Bas-Rhin and Haut-Rhin with Good Friday and the day after Christmas (L3134-13); Luxembourg (code du travail, L232-2).
 */
export function publicHolidays(whose: Holidays, year: number): ReadonlyMap<string, HolidayKey> {
  const easter = easterSunday(year);
  const after = (days: number) => new Date(easter + days * 86_400_000).toISOString().slice(5, 10);
  const common: [string, HolidayKey][] = [
    ['01-01', 'newYear'],
    [after(1), 'easterMonday'],
    ['05-01', 'labourDay'],
    [after(39), 'ascension'],
    [after(50), 'whitMonday'],
    ['08-15', 'assumption'],
    ['11-01', 'allSaints'],
    ['12-25', 'christmas'],
  ];
  const own: { readonly [whose in Holidays]: [string, HolidayKey][] } = {
    lu: [
      ['05-09', 'europeDay'],
      ['06-23', 'luxembourgNational'],
      ['12-26', 'secondChristmas'],
    ],
    fr: [
      ['05-08', 'victory1945'],
      ['07-14', 'bastilleDay'],
      ['11-11', 'armistice1918'],
    ],
    'fr-moselle': [
      ['05-08', 'victory1945'],
      ['07-14', 'bastilleDay'],
      ['11-11', 'armistice1918'],
      [after(-2), 'goodFriday'],
      ['12-26', 'secondChristmas'],
    ],
  };
  return new Map([...own[whose], ...common]);
}

/** Midnight UTC in milliseconds, by the Meeus/Jones/Butcher algorithm for the Gregorian calendar. */
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

/** Whether a local day (days since 1970) is a holiday. */
export type IsHoliday = (day: number) => boolean;

const MAX_DAYS = 20_000;

/** The holidays of a commune by local days since 1970. The result for each day is cached. */
export function isHolidayOf(whose: Holidays): IsHoliday {
  const days = new Map<number, boolean>();
  return (day) => {
    const known = days.get(day);
    if (known !== undefined) return known;
    const date = new Date(day * 86_400_000).toISOString();
    const isHoliday = publicHolidays(whose, Number(date.slice(0, 4))).has(date.slice(5, 10));
    if (days.size > MAX_DAYS) days.clear();
    days.set(day, isHoliday);
    return isHoliday;
  };
}
