import { useI18n } from 'vue-i18n';
import { rhythmOf } from '../format/cron.ts';
import { intlLocale } from '../i18n/locales.ts';

/** A cron expression in words, e.g. "every day at 03:30". Times are in the time zone of the schedule. Other expressions are unchanged. */
export function useRhythmText() {
  const { t, locale } = useI18n();

  /** @param weekday 0: Sunday. The first of February 1970 was one. */
  function weekdayName(weekday: number): string {
    const format = new Intl.DateTimeFormat(intlLocale(locale.value), { weekday: 'long', timeZone: 'UTC' });
    return format.format(Date.UTC(1970, 1, 1 + weekday));
  }

  return (cron: string): string => {
    const rhythm = rhythmOf(cron);
    switch (rhythm?.every) {
      case undefined:
        return cron;
      case 'minutes':
        return t('kit.rhythm.minutes', { n: rhythm.count }, rhythm.count);
      case 'hours':
        return t('kit.rhythm.hours', { n: rhythm.count, minute: rhythm.minute }, rhythm.count);
      case 'day':
        return t('kit.rhythm.day', { time: rhythm.time });
      case 'week':
        return t('kit.rhythm.week', { time: rhythm.time, weekday: weekdayName(rhythm.weekday) });
      case 'month':
        return t('kit.rhythm.month', { time: rhythm.time, day: rhythm.day });
    }
  };
}
