/** What Capacitor puts into a page that it runs. */
interface Bridge {
  isNativePlatform(): boolean;
}

/** True within the Android or iOS app, false in a browser. */
export function isNative(): boolean {
  const { Capacitor } = globalThis as { Capacitor?: Bridge };
  return Capacitor?.isNativePlatform() === true;
}

/** What is done is felt: by the phone's own means in the native app, as a short buzz in a browser that can. */
export function haptic(what: 'done' | 'refused'): void {
  if (document.documentElement.dataset.motion === 'less') return;
  if (isNative()) void import('./plugins.ts').then(({ vibrate }) => vibrate(what)).catch(() => undefined);
  else navigator.vibrate?.(what === 'done' ? 20 : [30, 60, 30]);
}

/** What leads back, and to a page. */
interface Ways {
  isFirstPage(): boolean;
  goBack(): void;
  open(path: string): void;
}

/** Lets the phone's back button lead back, on the first page out of the app, and links open it. Nothing in a browser. */
export async function startNative({ isFirstPage, goBack, open }: Ways): Promise<void> {
  if (!isNative()) return;
  const { onBackButton, onLink } = await import('./plugins.ts');
  await Promise.all([onBackButton(isFirstPage, goBack), onLink(open)]);
}
