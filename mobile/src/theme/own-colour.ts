import type { KnownTerritory } from '@alzette/web/territory';
import { watchEffect } from 'vue';

/** Gives the app the colour of its collectivity, also the bar of the browser around it. */
export function applyOwnColour({ territory }: KnownTerritory): void {
  watchEffect(() => {
    const colour = territory.value?.colour;
    if (colour === undefined) return;
    const root = document.documentElement;
    root.dataset.ownColour = '';
    root.style.setProperty('--own-colour', colour);
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) meta.content = colour;
  });
}
