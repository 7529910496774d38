import type { FormWords } from './form-words.ts';

/** The sentences of a language, which are loaded with the first form in it. */
export async function loadFormWords(language: string): Promise<FormWords> {
  switch (language) {
    case 'en':
      return (await import('./en.ts')).en;
    case 'de':
      return (await import('./de.ts')).de;
    case 'lb':
      return (await import('./lb.ts')).lb;
    default:
      return (await import('./fr.ts')).fr;
  }
}
