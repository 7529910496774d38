import type { Entry, KeptEntry } from '@alzette/publishing/contract';

export const ENTRY_LANGUAGES = ['fr', 'en', 'de', 'lb'] as const;
export type EntryLanguage = (typeof ENTRY_LANGUAGES)[number];
/** The contact besides its hours. */
export const REACHED = ['telephone', 'email', 'website'] as const;

/** The fields as typed. */
export type EntryForm = Record<'openingHours' | (typeof REACHED)[number], string> & {
  /** Without a file there is no picture. */
  image: { file: string; alt: string };
  texts: Record<EntryLanguage, { summary: string; body: string }>;
};

/** The fields with what the keeper has proposed, or else with the entry as it is. */
export function formOf({ entry, proposal }: KeptEntry): EntryForm {
  const {
    openingHours = '',
    telephone = '',
    email = '',
    website = '',
    image = { file: '', alt: '' },
    texts,
  } = proposal === undefined || proposal.state === 'accepted' ? entry : proposal.entry;
  const words = (language: EntryLanguage) => ({ summary: '', body: '', ...texts[language] });
  return {
    ...{ openingHours, telephone, email, website },
    image: { ...image },
    texts: { fr: words('fr'), en: words('en'), de: words('de'), lb: words('lb') },
  };
}

/** Empty fields are left out. */
export function entryOf({ texts, image, ...contact }: EntryForm): Entry {
  const filled = ENTRY_LANGUAGES.map((language) => [language, present(texts[language])] as const);
  return {
    ...present(contact),
    // An empty alternative is sent: the server says that it is missing.
    ...(image.file !== '' && { image: { file: image.file, alt: image.alt.trim() } }),
    texts: Object.fromEntries(filled.filter(([, words]) => Object.keys(words).length > 0)),
  };
}

/** The member that an answer with status 400 names: `texts.fr.body: got …` → `texts.fr.body`. */
export function memberOf(detail: string): string | undefined {
  return /^([A-Za-z.]+): /.exec(detail)?.[1];
}

function present(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, text]) => (text.trim() === '' ? [] : [[name, text.trim()]])),
  );
}
