import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { dateFormat } from '../i18n/formats.ts';

/** Formats days and times in the reader's language and the time zone of the device. */
export function useDates() {
  const { locale } = useI18n();
  const formats = computed(() => ({
    day: dateFormat(locale.value, { weekday: 'long', day: 'numeric', month: 'long' }),
    date: dateFormat(locale.value, { dateStyle: 'long' }),
    dateTime: dateFormat(locale.value, {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      hour: '2-digit',
      minute: '2-digit',
    }),
  }));
  return {
    day: (at: string) => formats.value.day(new Date(at)),
    date: (at: string) => formats.value.date(new Date(at)),
    dateTime: (at: string) => formats.value.dateTime(new Date(at)),
  };
}
