import type { Summary } from '@alzette/publishing/contract';
import { keptAnswer } from '../citizen/kept-answers.ts';
import type { Language } from '../i18n/languages.ts';
import { sectionPath } from './section-path.ts';
import { SECTIONS } from './sections.ts';

/** The summary of an item, from the stored lists. Undefined: no list contains it. */
export async function keptSummary(id: string, language: Language): Promise<Summary | undefined> {
  const lists = await Promise.all(SECTIONS.map((section) => keptAnswer(sectionPath(section, language))));
  return lists.flatMap((list) => list?.items ?? []).find((item) => item.id === id);
}
