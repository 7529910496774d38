import type { Summary, Whole } from '../contract/citizen.ts';
import type { ItemDocument } from '../contract/documents.ts';
import { type Item, wordingIn } from '../items/item.ts';
import { LANGUAGES, type Language } from '../ports.ts';
import { beginningOf, htmlOf } from '../texts/markdown.ts';

const SUMMARY_LENGTH = 200;

export type ShownImage = NonNullable<Summary['image']>;

/** An item for public lists: without its author and its modification time. */
export function summaryOf(item: Item, wanted: Language, image?: ShownImage): Summary {
  const { id, kind, owner, document, publishAt, expiresAt } = item;
  const { language, wording } = wordingIn(document.texts, wanted);
  const summary =
    wording.summary ?? (wording.body === undefined ? undefined : beginningOf(wording.body, SUMMARY_LENGTH));
  return {
    id,
    kind,
    owner,
    language,
    title: wording.title,
    ...(summary !== undefined && summary !== '' && { summary }),
    publishedAt: publishAt.toISOString(),
    ...(expiresAt !== undefined && { expiresAt: expiresAt.toISOString() }),
    ...(image !== undefined && { image }),
    ...partsOf(document, wanted),
  };
}
/** The same with the complete text, as safe HTML. */
export function wholeOf(item: Item, wanted: Language, image?: ShownImage): Whole {
  const { wording } = wordingIn(item.document.texts, wanted);
  const languages = LANGUAGES.filter((language) => item.document.texts[language] !== undefined);
  return {
    ...summaryOf(item, wanted, image),
    html: wording.body === undefined ? '' : htmlOf(wording.body),
    ...(wording.easy !== undefined && { easyHtml: htmlOf(wording.easy) }),
    languages,
  };
}

/** Members are listed, so that new members of documents do not become public automatically. */
function partsOf(document: ItemDocument, wanted: Language) {
  const { theme, location, address, link, event, alert, place, page, menu, poll } = document;
  return {
    ...(theme !== undefined && { theme }),
    ...(location !== undefined && { location }),
    ...(address !== undefined && { address }),
    ...(link !== undefined && { link }),
    ...(event !== undefined && { event }),
    ...(alert !== undefined && { severity: alert.severity }),
    ...(place !== undefined && { place }),
    ...(page !== undefined && { section: page.section }),
    ...(menu !== undefined && { menu }),
    ...(poll !== undefined && {
      choices: poll.choices.map(({ id, text }) => ({ id, text: text[wanted] ?? text.fr })),
    }),
  };
}
