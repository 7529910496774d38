import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import { postCitizen } from '../citizen/citizen-api.ts';
import type { Position } from '../territory/distance.ts';
import type { Category } from './report-api.ts';
import { categoryOfWords } from './suggest.ts';

/** What `/citizen/v1/reports/suggestions` answers. `isOn`: the site lets its local model suggest. */
interface Answer {
  readonly isOn: boolean;
  readonly category?: { readonly code: string };
  readonly duplicates: readonly { readonly report: string; readonly metres: number }[];
}
const OFF: Answer = { isOn: false, duplicates: [] };
/** After the last letter. */
const PAUSE_MS = 700;
const SHORTEST = 8;

interface Written {
  readonly text: string;
  readonly at: Position | undefined;
}

/** What the words of a report speak for: by the site's local model where that is on, else by the categories' own words. */
export function useTextSuggestion(written: () => Written, categories: () => readonly Category[]) {
  const answer = shallowRef(OFF);
  let soon: ReturnType<typeof setTimeout> | undefined;

  async function ask({ text, at: [lon, lat] = [0, 0] }: Written): Promise<void> {
    const asked = postCitizen<Answer>('/reports/suggestions', { description: text, location: { lat, lon } });
    const told = await asked.catch(() => OFF); // without a network the categories' own words are left
    if (written().text.trim() === text) answer.value = told;
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

  /** The category by which of both; undefined: nothing speaks for one. */
  const suggestion = computed(() => {
    const { isOn, category: told } = answer.value;
    const guessed = isOn ? categories().find(({ code }) => code === told?.code) : undefined;
    if (guessed) return { category: guessed, by: 'model' } as const;
    const plain = categoryOfWords(categories(), written().text);
    return plain && ({ category: plain, by: 'words' } as const);
  });
  const alike = computed(() => answer.value.duplicates);
  return { suggestion, alike };
}
