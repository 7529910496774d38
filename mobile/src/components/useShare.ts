import { toastController } from '@ionic/vue';
import { useI18n } from 'vue-i18n';

interface Shared {
  readonly title: string;
  readonly text?: string;
  /** Within the app, such as `/news/x`; default: the page that is seen. */
  readonly path?: string;
}

/** Tells others of a page: by what the device shares with, else its address is copied, which a note says. */
export function useShare(): (what: Shared) => Promise<void> {
  const { t } = useI18n();
  return async ({ title, text, path }) => {
    const url = path === undefined ? location.href : new URL(`/app${path}`, location.origin).href;
    try {
      if (navigator.share) return await navigator.share({ title, ...(text && { text }), url });
      await navigator.clipboard.writeText(url);
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') return; // changed their mind
      // Where nothing may be copied either, the address is shown to be copied by hand.
      await note(url, 10_000);
      return;
    }
    await note(t('container.shared'), 2000);
  };
}

async function note(message: string, duration: number): Promise<void> {
  const toast = await toastController.create({ message, duration, position: 'bottom' });
  await toast.present();
}
