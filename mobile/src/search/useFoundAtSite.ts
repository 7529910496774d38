import type { Summary } from '@alzette/publishing/contract';
import { onScopeDispose, shallowRef, watch } from 'vue';
import { askCitizen } from '../citizen/citizen-api.ts';
import { reading } from '../citizen/paths.ts';
import { useLanguage } from '../i18n/i18n.ts';
import type { Language } from '../i18n/languages.ts';
import { chosenCommunes } from '../settings/preferences.ts';

const PAUSE_MS = 300;
const SHORTEST = 2;

/** The results of the site's server, requested a moment after the last letter; empty without a network. */
export function useFoundAtSite(question: () => string) {
  const locale = useLanguage();
  const items = shallowRef<readonly Summary[]>([]);
  const searching = shallowRef(false);
  let soon: ReturnType<typeof setTimeout> | undefined;

  async function ask(text: string, language: Language): Promise<void> {
    const answer = askCitizen(reading.search({ query: { text, language, commune: chosenCommunes() } }));
    const found = await answer.catch(() => ({ items: [] })); // the search on the device works without it
    if (text !== question().trim() || language !== locale.value) return;
    items.value = found.items;
    searching.value = false;
  }
  watch(
    [() => question().trim(), locale],
    ([text, language]) => {
      clearTimeout(soon);
      items.value = [];
      searching.value = text.length >= SHORTEST && navigator.onLine;
      if (searching.value) soon = setTimeout(() => void ask(text, language), PAUSE_MS);
    },
    { immediate: true },
  );
  onScopeDispose(() => clearTimeout(soon));
  return { items, searching };
}
