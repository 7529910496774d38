import type { Items, Summary } from '@alzette/publishing/contract';
import { keptAnswer } from '../citizen/kept-answers.ts';
import { sectionPath } from './section-path.ts';
import { SECTIONS } from './sections.ts';

/** The summary of an item, from the stored lists. Undefined: no list contains it. */
export async function keptSummary(id: string, language: string): Promise<Summary | undefined> {
  const lists = await Promise.all(SECTIONS.map((section) => keptAnswer<Items>(sectionPath(section, language))));
  return lists.flatMap((list) => list?.items ?? []).find((item) => item.id === id);
}
