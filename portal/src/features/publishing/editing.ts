import type { Dish, GivenItem, ItemDocument, Kind, ShownItem, Texts } from '@alzette/publishing/contract';
import { LANGUAGES, type Language } from './publication.ts';

type Choice = NonNullable<ItemDocument['poll']>['choices'][number];

/** The content of the form: texts as typed, times in the format of `datetime-local`. */
export interface Form {
  kind: Kind;
  owner: string;
  texts: { [L in Language]: { title: string; summary: string; body: string; easy: string } };
  theme: string;
  communes: string[];
  address: string;
  link: string;
  /** The id of the image's file ('': none), and its text alternative. */
  image: string;
  imageText: string;
  push: boolean;
  publishAt: string;
  expiresAt: string;
  start: string;
  end: string;
  venue: string;
  severity: 'information' | 'warning' | 'emergency';
  category: string;
  telephone: string;
  email: string;
  website: string;
  openingHours: string;
  section: string;
  day: string;
  canteen: string;
  /** One per line. */
  dishes: string;
  choices: string;
}

const COURSES = ['starter', 'main', 'side', 'dairy', 'dessert'] as const satisfies readonly Dish['course'][];
const NOTHING = { title: '', summary: '', body: '', easy: '' };

export function emptyForm(kind: Kind, owner: string): Form {
  return {
    kind,
    owner,
    texts: { fr: { ...NOTHING }, en: { ...NOTHING }, de: { ...NOTHING }, lb: { ...NOTHING } },
    theme: '',
    communes: [],
    address: '',
    link: '',
    image: '',
    imageText: '',
    push: kind === 'alert',
    publishAt: '',
    expiresAt: '',
    start: '',
    end: '',
    venue: '',
    severity: 'information',
    category: '',
    telephone: '',
    email: '',
    website: '',
    openingHours: '',
    section: '',
    day: '',
    canteen: '',
    dishes: '',
    choices: '',
  };
}

export function formOf({ kind, owner, document, publishAt, expiresAt }: ShownItem): Form {
  const form = emptyForm(kind, owner);
  for (const language of LANGUAGES) Object.assign(form.texts[language], document.texts[language]);
  const { event, alert, place, page, menu, poll } = document;
  return {
    ...form,
    theme: document.theme ?? '',
    communes: [...(document.communes ?? [])],
    address: document.address ?? '',
    link: document.link ?? '',
    image: document.image?.file ?? '',
    imageText: document.image?.alt ?? '',
    push: document.push ?? kind === 'alert',
    publishAt: localTime(publishAt),
    expiresAt: localTime(expiresAt),
    start: localTime(event?.start),
    end: localTime(event?.end),
    venue: event?.venue ?? '',
    severity: alert?.severity ?? 'information',
    category: place?.category ?? '',
    telephone: place?.telephone ?? '',
    email: place?.email ?? '',
    website: place?.website ?? '',
    openingHours: place?.openingHours ?? '',
    section: page?.section ?? '',
    day: menu?.day ?? '',
    canteen: menu?.canteen ?? '',
    dishes: menu?.dishes.map(({ name }) => name).join('\n') ?? '',
    choices: poll?.choices.map(({ text }) => text.fr ?? '').join('\n') ?? '',
  };
}

/** @param before the edited publication: its members without a field stay */
export function draftOfForm(form: Form, state: GivenItem['state'], before?: ItemDocument): GivenItem {
  const { kind, owner, publishAt, expiresAt } = form;
  return {
    kind,
    owner,
    state,
    ...(publishAt !== '' && { publishAt: instant(publishAt) }),
    ...(expiresAt !== '' && { expiresAt: instant(expiresAt) }),
    document: documentOf(form, before),
  };
}

function documentOf(form: Form, before?: ItemDocument): ItemDocument {
  const { theme: _t, communes: _c, address: _a, link: _l, image: _i, ...kept } = before ?? { texts: textsOf(form) };
  const { kind, theme, communes, address, link, image, imageText, push, owner } = form;
  return {
    ...kept,
    texts: textsOf(form),
    push,
    ...present({ theme, address, link }),
    ...(image !== '' && { image: { file: image, alt: imageText.trim() } }),
    ...(owner === '' && communes.length > 0 && { communes }),
    ...(kind === 'event' && {
      event: {
        ...before?.event,
        start: instant(form.start),
        ...(form.end !== '' && { end: instant(form.end) }),
        ...present({ venue: form.venue }),
      },
    }),
    ...(kind === 'alert' && { alert: { severity: form.severity } }),
    ...(kind === 'place' && {
      place: {
        category: form.category,
        ...present({
          telephone: form.telephone,
          email: form.email,
          website: form.website,
          openingHours: form.openingHours,
        }),
      },
    }),
    ...(kind === 'page' && { page: { ...before?.page, section: form.section } }),
    ...(kind === 'menu' && {
      menu: { day: form.day, canteen: form.canteen, dishes: dishesOf(form, before?.menu?.dishes) },
    }),
    ...(kind === 'poll' && { poll: { choices: choicesOf(form, before?.poll?.choices) } }),
  };
}

function textsOf({ texts }: Form): Texts {
  const wording = (language: Language) => {
    const { title, summary, body, easy } = texts[language];
    return { title: title.trim(), ...present({ summary, body, easy }) };
  };
  const others = LANGUAGES.filter((language) => language !== 'fr' && texts[language].title.trim() !== '');
  return { fr: wording('fr'), ...Object.fromEntries(others.map((language) => [language, wording(language)])) };
}

/** Dishes keep their allergens while their name is the same. */
function dishesOf({ dishes }: Form, before: readonly Dish[] = []): Dish[] {
  return linesOf(dishes).map((name, i) => {
    return (
      before.find((dish) => dish.name === name) ?? { course: COURSES[Math.min(i, COURSES.length - 1)] ?? 'main', name }
    );
  });
}

/** Choices keep their id while their text is the same, so that their answers stay too. */
function choicesOf({ choices }: Form, before: readonly Choice[] = []): Choice[] {
  return linesOf(choices).map((text, i) => {
    return before.find((choice) => choice.text.fr === text) ?? { id: `c${i + 1}-${wordOf(text)}`, text: { fr: text } };
  });
}

function wordOf(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 20);
}

function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => line.trim() || []);
}

function present(members: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(members).filter(([, text]) => text.trim() !== ''));
}

/** Converts `2026-11-28T18:00`, in the browser's time zone. */
function instant(local: string): string {
  return local === '' ? '' : new Date(local).toISOString();
}

function localTime(at: string | undefined): string {
  if (at === undefined) return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
