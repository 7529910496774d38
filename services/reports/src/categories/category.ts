import type { Category, Texts } from '../contract/categories.ts';

/** Communes and the community are ours; for others, a contact is shown. */
export function isOurs({ competence }: Pick<Category, 'competence'>): boolean {
  return competence === 'community' || competence === 'commune';
}

/** The text in a language, or else in French. */
export function inLanguage(texts: Texts, language: keyof Texts): string {
  return texts[language] ?? texts.fr;
}
