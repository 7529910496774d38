import { computed } from 'vue';
import { useI18n } from 'vue-i18n';

/** Days and times in the reader's language, by the clock of the device. */
export function useDates() {
  const { locale } = useI18n();
  const formats = computed(() => ({
    day: new Intl.DateTimeFormat(locale.value, { weekday: 'long', day: 'numeric', month: 'long' }),
    date: new Intl.DateTimeFormat(locale.value, { dateStyle: 'long' }),
    dateTime: new Intl.DateTimeFormat(locale.value, {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      hour: '2-digit',
      minute: '2-digit',
    }),
  }));
  return {
    day: (at: string) => formats.value.day.format(new Date(at)),
    date: (at: string) => formats.value.date.format(new Date(at)),
    dateTime: (at: string) => formats.value.dateTime.format(new Date(at)),
  };
}
