/** The object that Capacitor adds to a page in its web view. */
interface Bridge {
  isNativePlatform(): boolean;
}

/** True within the Android or iOS app, false in a browser. */
export function isNative(): boolean {
  const { Capacitor } = globalThis as { Capacitor?: Bridge };
  return Capacitor?.isNativePlatform() === true;
}

/** Gives haptic feedback: by the phone's API in the native app, by a short vibration in browsers that support it. */
export function haptic(what: 'done' | 'refused'): void {
  if (document.documentElement.dataset.motion === 'less') return;
  if (isNative()) void import('./plugins.ts').then(({ vibrate }) => vibrate(what)).catch(() => undefined);
  else navigator.vibrate?.(what === 'done' ? 20 : [30, 60, 30]);
}

/** Navigation functions of the app. */
interface Ways {
  isFirstPage(): boolean;
  goBack(): void;
  open(path: string): void;
}

/**
 * Makes the phone's back button go back, or leave the app on the first pages, and makes links open the app. Does
 * nothing in a browser.
 */
export async function startNative({ isFirstPage, goBack, open }: Ways): Promise<void> {
  if (!isNative()) return;
  const { onBackButton, onLink } = await import('./plugins.ts');
  await Promise.all([onBackButton(isFirstPage, goBack), onLink(open)]);
}
