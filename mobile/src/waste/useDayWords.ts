import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { dateFormat } from '../i18n/formats.ts';
import { daysBetween } from './collections.ts';

/**
 * Formats days: today, tomorrow, or `mardi 1 décembre`. They are days of the territory, independent of the device's
 * time zone.
 */
export function useDayWords() {
  const { t, locale } = useI18n();
  const formats = computed(() => ({
    long: dateFormat(locale.value, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }),
    month: dateFormat(locale.value, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
    weekday: dateFormat(locale.value, { weekday: 'short', timeZone: 'UTC' }),
  }));
  const date = (day: string) => new Date(`${day}T12:00:00Z`);
  const long = (day: string) => formats.value.long(date(day));
  return {
    long,
    month: (month: string) => formats.value.month(date(`${month}-01`)),
    weekday: (day: string) => formats.value.weekday(date(day)),
    near(day: string, today: string): string {
      const ahead = daysBetween(today, day);
      return ahead === 0 ? t('day.today') : ahead === 1 ? t('day.tomorrow') : long(day);
    },
  };
}
