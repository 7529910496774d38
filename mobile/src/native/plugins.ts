import { App } from '@capacitor/app';
import { Haptics, NotificationType } from '@capacitor/haptics';

/* Loaded in the native app only. */

export async function vibrate(what: 'done' | 'refused'): Promise<void> {
  await Haptics.notification({ type: what === 'done' ? NotificationType.Success : NotificationType.Error });
}

export async function onBackButton(isFirstPage: () => boolean, goBack: () => void): Promise<void> {
  await App.addListener('backButton', () => {
    if (isFirstPage()) void App.exitApp();
    else goBack();
  });
}

/** A link to the site, such as the code on a lamp, opens the app at that page. */
export async function onLink(open: (path: string) => void): Promise<void> {
  await App.addListener('appUrlOpen', ({ url }) => {
    const { pathname, search } = new URL(url);
    if (pathname.startsWith('/app/')) open(pathname.slice('/app'.length) + search);
  });
}
