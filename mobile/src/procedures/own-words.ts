import type { Texts } from '@alzette/procedures/contract';
import { LANGUAGES } from '../i18n/languages.ts';

/** A sentence of the app where a form expects its own, which are in several languages. */
export function ownWords(text: string): Texts {
  return { fr: text, ...Object.fromEntries(Object.keys(LANGUAGES).map((language) => [language, text])) };
}
