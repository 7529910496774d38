import { onIonViewWillEnter } from '@ionic/vue';
import { toValue, watch } from 'vue';
import { useI18n } from 'vue-i18n';

/** Sets the title of the browser's tab and history entry to that of the visible page. */
export function usePageTitle(title: () => string): void {
  const { t } = useI18n();
  let seen = false;
  const name = () => {
    document.title = t('app.title', { page: toValue(title) });
  };
  onIonViewWillEnter(() => {
    seen = true;
    name();
  });
  watch(title, () => {
    if (seen) name();
  });
}
