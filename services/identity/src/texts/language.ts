import type { IncomingHttpHeaders } from 'node:http';
import type { Language } from '@alzette/kit/languages';
import { de } from './de.ts';
import { en } from './en.ts';
import { fr, type Words } from './fr.ts';
import { lb } from './lb.ts';

export type { Language };

export const LANGUAGES: { readonly [language in Language]: { readonly title: string; readonly words: Words } } = {
  fr: { title: 'Français', words: fr },
  en: { title: 'English', words: en },
  de: { title: 'Deutsch', words: de },
  lb: { title: 'Lëtzebuergesch', words: lb },
};

export const LANGUAGE_COOKIE = 'alzette_language';

/** The language chosen on a page, else the browser's first supported one, else French. */
export function languageOf(headers: IncomingHttpHeaders): Language {
  const chosen = new RegExp(`(?:^|; )${LANGUAGE_COOKIE}=([a-z]{2})`).exec(headers.cookie ?? '')?.[1];
  const wished = (headers['accept-language'] ?? '').split(',').map((tag) => tag.trim().slice(0, 2).toLowerCase());
  return [chosen, ...wished].find(isLanguage) ?? 'fr';
}

export function isLanguage(code: string | undefined): code is Language {
  return code !== undefined && Object.hasOwn(LANGUAGES, code);
}

/** Replaces each `{name}` in a text by its value. */
export function fill(text: string, values: { readonly [name: string]: string | number }): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
