import type { PublicCategory, Suggestions } from '@alzette/reports/contract';
import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import { citizenReports } from '../citizen/citizen-api.ts';
import type { Position } from '../territory/distance.ts';
import { categoryOfWords } from './suggest.ts';

const OFF: Suggestions = { isOn: false, duplicates: [] };
/** Delay after the last letter. */
const PAUSE_MS = 700;
const SHORTEST = 8;

interface Written {
  readonly text: string;
  readonly at: Position | undefined;
}

/** The category that the text suggests: by the site's local model if enabled, or by the categories' keywords. */
export function useTextSuggestion(written: () => Written, categories: () => readonly PublicCategory[]) {
  const answer = shallowRef(OFF);
  let soon: ReturnType<typeof setTimeout> | undefined;

  async function ask({ text, at: [lon, lat] = [0, 0] }: Written): Promise<void> {
    const asked = citizenReports.suggestions({ body: { description: text, location: { lat, lon } } });
    const suggested = await asked.catch(() => OFF); // without a network the keywords of the categories remain
    if (written().text.trim() === text) answer.value = suggested;
  }
  watch(
    () => [written().text.trim(), written().at] as const,
    ([text, at]) => {
      clearTimeout(soon);
      answer.value = OFF;
      if (text.length < SHORTEST || at === undefined || !navigator.onLine) return;
      soon = setTimeout(() => void ask({ text, at }), PAUSE_MS);
    },
  );
  onScopeDispose(() => clearTimeout(soon));

  /** The suggested category and its source; undefined: no suggestion. */
  const suggestion = computed(() => {
    const { isOn, category: suggested } = answer.value;
    const guessed = isOn ? categories().find(({ code }) => code === suggested?.code) : undefined;
    if (guessed) return { category: guessed, by: 'model' } as const;
    const plain = categoryOfWords(categories(), written().text);
    return plain && ({ category: plain, by: 'words' } as const);
  });
  const alike = computed(() => answer.value.duplicates);
  return { suggestion, alike };
}
