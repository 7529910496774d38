import type { LanguageMap } from '../../../i18n/in-language.ts';
import type { Field, FieldValues } from '../../../kit/resource/resource.ts';

const LANGUAGES = ['fr', 'en', 'de', 'lb'] as const;

/** A field for each language of a text; French is required. */
export function wordsFields(key: string, label: string, kind: 'text' | 'lines' = 'text'): Field[] {
  return LANGUAGES.map((language) => ({
    key: `${key}.${language}`,
    label: `${label} (${language.toUpperCase()})`,
    kind,
    ...(language === 'fr' && { isRequired: true }),
  }));
}

/** The initial values of these fields. */
export function wordsValues(key: string, words: LanguageMap): FieldValues {
  return Object.fromEntries(LANGUAGES.map((language) => [`${key}.${language}`, words[language]]));
}

/** The texts of these fields, without empty languages. */
export function wordsOf(key: string, values: FieldValues): LanguageMap & { readonly fr: string } {
  const given = LANGUAGES.map((language) => [language, values[`${key}.${language}`]] as const);
  const texts = given.flatMap(([language, value]) => (typeof value === 'string' ? [[language, value]] : []));
  return { fr: '', ...Object.fromEntries(texts) };
}
