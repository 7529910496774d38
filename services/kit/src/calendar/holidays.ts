/** The states of Germany, as in ISO 3166-2. */
const STATES = [
  ...['bw', 'by', 'be', 'bb', 'hb', 'hh', 'he', 'mv', 'ni', 'nw', 'rp', 'sl', 'sn', 'st', 'sh', 'th'],
] as const;
type State =
  | 'bw'
  | 'by'
  | 'be'
  | 'bb'
  | 'hb'
  | 'hh'
  | 'he'
  | 'mv'
  | 'ni'
  | 'nw'
  | 'rp'
  | 'sl'
  | 'sn'
  | 'st'
  | 'sh'
  | 'th';

/** Calendars: France, its départements with the law of Alsace-Moselle, Luxembourg, the states of Germany. */
export type Holidays = 'fr' | 'fr-moselle' | 'lu' | `de-${State}`;
export const HOLIDAYS: readonly Holidays[] = [
  'fr',
  'fr-moselle',
  'lu',
  ...STATES.map((state) => `de-${state}` as const),
];

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
  | 'secondChristmas'
  | 'epiphany'
  | 'womensDay'
  | 'easterSunday'
  | 'whitSunday'
  | 'corpusChristi'
  | 'childrensDay'
  | 'germanUnity'
  | 'reformation'
  | 'repentance';

const MOSELLE_LAW = ['57', '67', '68'];

/** The calendar of a commune, by the `department` in its territory: a French number, `LU`, or a state such as `DE-SL`. */
export function holidaysOfDepartment(department: string | undefined): Holidays {
  const name = department?.toLowerCase();
  const known = HOLIDAYS.find((whose) => whose === name && whose !== 'fr');
  if (known !== undefined) return known;
  return department !== undefined && MOSELLE_LAW.includes(department) ? 'fr-moselle' : 'fr';
}

/**
 * The public holidays of a year by their day as `MM-DD`: France (code du travail, L3133-1); the départements of Moselle,
 * Bas-Rhin and Haut-Rhin with Good Friday and the day after Christmas (L3134-13); Luxembourg (code du travail, L232-2);
 * Germany by the laws of its states, without the days of single communes in Bavaria, Saxony and Thuringia.
 */
export function publicHolidays(whose: Holidays, year: number): ReadonlyMap<string, HolidayKey> {
  if (whose.startsWith('de-')) return germanHolidays(whose.slice(3) as State, year);
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
  const own: { readonly [whose in string]?: [string, HolidayKey][] } = {
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
  return new Map([...(own[whose] ?? []), ...common]);
}

/** The states that have a day, and since which year. */
const OF_STATES: readonly (readonly [HolidayKey, day: string | number, states: string, since?: number])[] = [
  ['epiphany', '01-06', 'bw by st'],
  ['womensDay', '03-08', 'be', 2019],
  ['womensDay', '03-08', 'mv', 2023],
  ['easterSunday', 0, 'bb'],
  ['whitSunday', 49, 'bb'],
  ['corpusChristi', 60, 'bw by he nw rp sl'],
  ['assumption', '08-15', 'sl'],
  ['childrensDay', '09-20', 'th', 2019],
  ['reformation', '10-31', 'bb mv sn st th'],
  ['reformation', '10-31', 'hb hh ni sh', 2018],
  ['allSaints', '11-01', 'bw by nw rp sl'],
];

function germanHolidays(state: State, year: number): ReadonlyMap<string, HolidayKey> {
  const easter = easterSunday(year);
  const dayOf = (day: string | number) =>
    typeof day === 'string' ? day : new Date(easter + day * 86_400_000).toISOString().slice(5, 10);
  const own = OF_STATES.flatMap(([key, day, states, since = 0]) =>
    year >= since && states.split(' ').includes(state) ? [[dayOf(day), key] as const] : [],
  );
  return new Map<string, HolidayKey>([
    ['01-01', 'newYear'],
    [dayOf(-2), 'goodFriday'],
    [dayOf(1), 'easterMonday'],
    ['05-01', 'labourDay'],
    [dayOf(39), 'ascension'],
    [dayOf(50), 'whitMonday'],
    ['10-03', 'germanUnity'],
    ['12-25', 'christmas'],
    ['12-26', 'secondChristmas'],
    ...own,
    ...(state === 'sn' ? [[repentanceDay(year), 'repentance'] as const] : []),
  ]);
}

/** The Wednesday before 23 November. */
function repentanceDay(year: number): string {
  const last = new Date(Date.UTC(year, 10, 22));
  const days = (last.getUTCDay() + 4) % 7; // since Wednesday
  return new Date(last.getTime() - days * 86_400_000).toISOString().slice(5, 10);
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
