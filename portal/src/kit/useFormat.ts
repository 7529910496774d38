import { useTerritory } from '@alzette/web/territory';
import { useNow } from '@alzette/web/time';
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { formatAge } from '../format/age.ts';
import { localOf } from '../format/zoned.ts';
import { intlLocale } from '../i18n/locales.ts';

/** Formats numbers and times in the reader's language, times in the territory's zone, wherever the reader is. Times are milliseconds since the epoch or ISO 8601 texts. */
export function useFormat() {
  const { locale } = useI18n();
  const now = useNow();
  const { territory } = useTerritory();
  const language = computed(() => intlLocale(locale.value));
  /** Until the territory is known, that of the browser. */
  const timeZone = computed(() => territory.value?.timeZone);
  const formats = computed(() => ({
    number: new Intl.NumberFormat(language.value, { maximumFractionDigits: 3 }),
    percent: new Intl.NumberFormat(language.value, { style: 'percent', maximumFractionDigits: 0 }),
    share: new Intl.NumberFormat(language.value, { style: 'percent', maximumFractionDigits: 1 }),
    date: new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeZone: timeZone.value }),
    dateTime: new Intl.DateTimeFormat(language.value, {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: timeZone.value,
    }),
    day: new Intl.DateTimeFormat(language.value, { day: 'numeric', month: 'short', timeZone: timeZone.value }),
    dayTime: new Intl.DateTimeFormat(language.value, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: timeZone.value,
    }),
    month: new Intl.DateTimeFormat(language.value, { month: 'short', year: 'numeric', timeZone: timeZone.value }),
    time: new Intl.DateTimeFormat(language.value, { timeStyle: 'short', timeZone: timeZone.value }),
  }));

  return {
    /** With thousands separators, at most three decimals. */
    number: (value: number) => formats.value.number.format(value),
    /** With at most so many decimals. */
    rounded: (value: number, digits: number) =>
      new Intl.NumberFormat(language.value, { maximumFractionDigits: Math.min(20, digits) }).format(value),
    /** The time in the territory: `2026-12-01T08:30`. */
    local: (at: number) => localOf(at, timeZone.value),
    /** Formats a ratio: 0.42 is 42 %. */
    percent: (ratio: number) => formats.value.percent.format(ratio),
    /** The same with a decimal where it counts: 0.99944 is 99.9 %, because 100 % would say that nothing is missing. */
    share: (ratio: number) =>
      ratio > 0.99 && ratio < 1
        ? formats.value.share.format(Math.min(ratio, 0.999))
        : formats.value.percent.format(ratio),
    date: (at: number | string) => formats.value.date.format(new Date(at)),
    dateTime: (at: number | string) => formats.value.dateTime.format(new Date(at)),
    /** `4 Dec`: for days that need no year. */
    day: (at: number | string) => formats.value.day.format(new Date(at)),
    /** `Fri 4 Dec, 07:30`: for days that need no year. */
    dayTime: (at: number | string) => formats.value.dayTime.format(new Date(at)),
    /** `Dec 2026` */
    month: (at: number | string) => formats.value.month.format(new Date(at)),
    time: (at: number | string) => formats.value.time.format(new Date(at)),
    /** `2 min ago`; updates by itself. */
    age: (at: number | string) => formatAge(now.value - new Date(at).getTime(), language.value),
  };
}
