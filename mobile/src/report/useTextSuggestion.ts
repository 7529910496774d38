import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import { postCitizen } from '../citizen/citizen-api.ts';
import type { Position } from '../territory/distance.ts';
import type { Category } from './report-api.ts';
import { categoryOfWords } from './suggest.ts';

/** The answer of `/citizen/v1/reports/suggestions`. `isOn`: the site has enabled suggestions of its local model. */
interface Answer {
  readonly isOn: boolean;
  readonly category?: { readonly code: string };
  readonly duplicates: readonly { readonly report: string; readonly metres: number }[];
}
const OFF: Answer = { isOn: false, duplicates: [] };
/** Delay after the last letter. */
const PAUSE_MS = 700;
const SHORTEST = 8;

interface Written {
  readonly text: string;
  readonly at: Position | undefined;
}

/** The category that the text suggests: by the site's local model if enabled, or by the categories' keywords. */
export function useTextSuggestion(written: () => Written, categories: () => readonly Category[]) {
  const answer = shallowRef(OFF);
  let soon: ReturnType<typeof setTimeout> | undefined;

  async function ask({ text, at: [lon, lat] = [0, 0] }: Written): Promise<void> {
    const asked = postCitizen<Answer>('/reports/suggestions', { description: text, location: { lat, lon } });
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
