import { type ComputedRef, computed, watchEffect } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRoute } from 'vue-router';
import { useAlarms } from '../alarms/useAlarms.ts';
import type { Locale } from '../i18n/locales.ts';
import { shownTitle } from '../kit/page/page-title.ts';

/** The page's title, also set as the window's: `(3) Carte · Alzette` with 3 open alarms. */
export function useWindowTitle(): ComputedRef<string> {
  const { t, locale } = useI18n();
  const route = useRoute();
  const { waiting } = useAlarms();
  const title = computed(
    () => shownTitle.value ?? route.meta.page?.title[locale.value as Locale] ?? t('notFound.title'),
  );
  watchEffect(() => {
    const alarms = waiting.value?.length ? `(${waiting.value.length}) ` : '';
    document.title = `${alarms}${title.value} · Alzette`;
  });
  return title;
}
