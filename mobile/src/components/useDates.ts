import { useTerritory } from '@alzette/web/territory';
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { dateFormat } from '../i18n/formats.ts';

const DAY = { weekday: 'long', day: 'numeric', month: 'long' } as const;
const TIME = { hour: '2-digit', minute: '2-digit' } as const;
/** Any Monday. */
const MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
type When = string | number;

/**
 * Formats days and times in the reader's language and the territory's time zone, whose buses and alerts they are; until
 * it is known, in that of the device.
 */
export function useDates() {
  const { locale } = useI18n();
  const { territory } = useTerritory();
  const formats = computed(() => {
    const { timeZone } = territory.value ?? {};
    const inZone = (options: Intl.DateTimeFormatOptions, language = locale.value) =>
      dateFormat(language, { ...options, ...(timeZone !== undefined && { timeZone }) });
    return {
      day: dateFormat(locale.value, { ...DAY, timeZone: 'UTC' }),
      dayName: dateFormat(locale.value, { weekday: 'long', timeZone: 'UTC' }),
      dayOfInstant: inZone(DAY),
      date: inZone({ dateStyle: 'long' }),
      dateTime: inZone({ ...DAY, ...TIME }),
      time: inZone(TIME),
      weekday: inZone({ weekday: 'short' }),
      weekdayTime: inZone({ weekday: 'long', ...TIME }),
      calendarDay: inZone({ dateStyle: 'short' }, 'sv'),
      hour: inZone({ hour: 'numeric', hourCycle: 'h23' }, 'sv'),
    };
  });
  const at = (name: keyof typeof formats.value) => (when: When) => formats.value[name](new Date(when));
  const calendarDay = at('calendarDay');
  return {
    /** Of the weekdays, Monday is 0. */
    dayName: (index: number) => formats.value.dayName(MONDAY + index * DAY_MS),
    /** A day of the calendar such as `2026-12-02`, in words. */
    day: at('day'),
    dayOfInstant: at('dayOfInstant'),
    date: at('date'),
    dateTime: at('dateTime'),
    time: at('time'),
    /** `Thu` */
    weekday: at('weekday'),
    weekdayTime: at('weekdayTime'),
    /** `2026-12-02` */
    calendarDay,
    isSameDay: (a: When, b: When) => calendarDay(a) === calendarDay(b),
    /** From 0 to 23. */
    hour: (when: When) => Number(formats.value.hour(new Date(when))),
  };
}
