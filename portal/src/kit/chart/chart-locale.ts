/** The names of months and days for ECharts, which only has English ones. @param language of `Intl` */
export function chartLocale(language: string) {
  const names = (count: number, first: number, step: number, options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
    return Array.from({ length: count }, (_, n) => format.format(first + n * step));
  };
  const MIDDLE_OF_JANUARY = Date.UTC(2023, 0, 15);
  const MONTH_MS = 30.4 * DAY_MS;
  const SUNDAY = Date.UTC(2023, 0, 1, 12);
  return {
    time: {
      month: names(12, MIDDLE_OF_JANUARY, MONTH_MS, { month: 'long' }),
      monthAbbr: names(12, MIDDLE_OF_JANUARY, MONTH_MS, { month: 'short' }),
      dayOfWeek: names(7, SUNDAY, DAY_MS, { weekday: 'long' }),
      dayOfWeekAbbr: names(7, SUNDAY, DAY_MS, { weekday: 'short' }),
    },
  };
}

const DAY_MS = 86_400_000;
