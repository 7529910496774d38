import { refused } from '@alzette/kit/problems';
import type { ItemDocument, Texts } from '../contract/documents.ts';
import type { Difference, Entry } from '../contract/keepers.ts';
import type { Item } from '../items/item.ts';
import { LANGUAGES } from '../ports.ts';

const CONTACT = ['openingHours', 'telephone', 'email', 'website'] as const;
const WORDS = ['summary', 'body'] as const;
const IMAGE = ['file', 'alt'] as const;
/** In the order in which they are shown. */
const MEMBERS = [
  ...CONTACT,
  ...IMAGE.map((member) => `image.${member}`),
  ...LANGUAGES.flatMap((language) => WORDS.map((word) => `texts.${language}.${word}`)),
];
/** The members that change; null removes one. Nested ones are named `image.alt` and `texts.fr.summary`. */
export type Changes = Readonly<Record<string, string | null>>;

export function entryOf({ document: { place, texts, image } }: Pick<Item, 'document'>): Entry {
  const contact = CONTACT.flatMap((member) => (place?.[member] === undefined ? [] : [[member, place[member]]]));
  const words = LANGUAGES.flatMap((language) => {
    const wording = texts[language];
    if (wording === undefined) return [];
    const { summary, body } = wording;
    return [[language, { ...(summary !== undefined && { summary }), ...(body !== undefined && { body }) }]];
  });
  return {
    ...Object.fromEntries(contact),
    ...(image !== undefined && { image }),
    texts: Object.fromEntries(words),
  };
}

/** The file of the image that is proposed; undefined: the image does not change, or is removed. */
export function proposedFile(changes: Changes): string | undefined {
  return changes['image.file'] ?? undefined;
}

/** What differs between the entry as it is and as its keeper wants it. */
export function changesOf(now: Entry, wanted: Entry): Changes {
  const [before, after] = [membersOf(now), membersOf(wanted)];
  return Object.fromEntries(
    MEMBERS.flatMap((name) => (before.get(name) === after.get(name) ? [] : [[name, after.get(name) ?? null]])),
  );
}

/** The changes with the present values of the entry, without those that it already has. */
export function differencesOf(now: Entry, changes: Changes): Difference[] {
  const before = membersOf(now);
  return MEMBERS.filter((member) => Object.hasOwn(changes, member)).flatMap((member) => {
    const [was, after] = [before.get(member), changes[member] ?? undefined];
    if (was === after) return [];
    return [{ member, ...(was !== undefined && { before: was }), ...(after !== undefined && { after }) }];
  });
}

/** The document with these changes. @throws Problem 409: it is not a place */
export function changedDocument(document: ItemDocument, changes: Changes): ItemDocument {
  if (document.place === undefined) throw refused('kind', Object.keys(document), 'a place', 409);
  const place: Record<string, unknown> = { ...document.place };
  const texts: Record<string, Record<string, string>> = Object.fromEntries(
    Object.entries(document.texts).map(([language, wording]) => [language, { ...wording }]),
  );
  const image: Record<string, unknown> = { ...document.image };
  for (const [name, value] of Object.entries(changes)) {
    const [root, language, word = ''] = name.split('.');
    if (root === 'image') {
      if (language !== undefined) image[language] = value;
      continue;
    }
    // A name is the same in each language.
    if (language !== undefined) texts[language] = { title: document.texts.fr.title, ...texts[language] };
    const [part, member] = language === undefined ? [place, name] : [texts[language], word];
    if (part === undefined) continue;
    if (value === null) delete part[member];
    else part[member] = value;
  }
  // Their members were validated when the changes were proposed.
  const { image: _before, ...others } = document;
  return {
    ...others,
    ...(typeof image.file === 'string' && { image: image as unknown as ItemDocument['image'] & object }),
    place: place as unknown as ItemDocument['place'] & object,
    texts: texts as unknown as Texts,
  };
}

/** The entry with these changes. */
export function changedEntry(item: Pick<Item, 'document'>, changes: Changes): Entry {
  return entryOf({ document: changedDocument(item.document, changes) });
}

function membersOf({ texts, image, ...contact }: Entry): Map<string, string> {
  const words = LANGUAGES.flatMap((language) =>
    WORDS.map((word) => [`texts.${language}.${word}`, texts[language]?.[word]] as const),
  );
  const all = [
    ...CONTACT.map((member) => [member, contact[member]] as const),
    ...IMAGE.map((member) => [`image.${member}`, image?.[member]] as const),
    ...words,
  ];
  return new Map(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}
