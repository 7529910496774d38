import { toastController } from '@ionic/vue';
import { useI18n } from 'vue-i18n';

interface Shared {
  readonly title: string;
  readonly text?: string;
  /** A path within the app, such as `/news/x`; default: the current page. */
  readonly path?: string;
}

/** Shares a page by the share dialog of the device. Without one it copies the address and shows a note. */
export function useShare(): (what: Shared) => Promise<void> {
  const { t } = useI18n();
  return async ({ title, text, path }) => {
    const url = path === undefined ? location.href : new URL(`/app${path}`, location.origin).href;
    try {
      if (navigator.share) return await navigator.share({ title, ...(text && { text }), url });
      await navigator.clipboard.writeText(url);
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') return; // the user has cancelled
      // Without access to the clipboard, show the address for copying by hand.
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
