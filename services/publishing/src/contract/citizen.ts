import {
  byName,
  contract,
  dateTime,
  listOf,
  media,
  object,
  oneOf,
  Position,
  Type,
  text,
  type Value,
  wholeNumber,
} from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';
import { MODULES } from './app.ts';
import { Event, Instant, Kind, Language, Location, Menu, Place, Severity } from './documents.ts';
import { CITIZEN_READING } from './paths.ts';

const SUMMARY = {
  id: Type.String(),
  kind: Kind,
  owner: Type.String({ description: 'A commune’s slug; "" is the community' }),
  language: Language,
  title: Type.String(),
  summary: Type.Optional(Type.String()),
  publishedAt: Instant,
  expiresAt: Type.Optional(Instant),
  image: Type.Optional(object({ url: Type.String(), alt: Type.String() })),
  theme: Type.Optional(Type.String()),
  location: Type.Optional(Location),
  address: Type.Optional(Type.String()),
  link: Type.Optional(Type.String()),
  event: Type.Optional(Event),
  severity: Type.Optional(Severity),
  place: Type.Optional(Place),
  section: Type.Optional(Type.String()),
  menu: Type.Optional(Menu),
  choices: Type.Optional(Type.Array(object({ id: Type.String(), text: Type.String() }))),
  answers: Type.Optional(byName(Type.Integer(), { description: 'Of a poll: the number of answers for each choice' })),
};
const Summary = object(SUMMARY, 'A public item, without its author and its modification time');
const Summaries = Type.Array(Summary);
const Whole = object({
  ...SUMMARY,
  html: Type.String({ description: 'Safe HTML: it is rendered from Markdown, with HTML disabled' }),
  easyHtml: Type.Optional(Type.String({ description: 'The same text in easy language, if there is one' })),
  languages: Type.Array(Language),
});
const Items = object({ items: Summaries, next: Type.Optional(Type.Integer()) });
const Home = object({ alerts: Summaries, news: Summaries, events: Summaries, menus: Summaries, polls: Summaries });
const Territory = object({
  name: Type.String(),
  timeZone: Type.String(),
  bbox: Type.Array(Type.Number()),
  languages: Type.Array(Language),
  modules: Type.Array(Type.Enum(MODULES)),
  communes: Type.Array(object({ slug: Type.String(), name: Type.String(), center: Position })),
});

const EmergencyNumbers = object({
  numbers: Type.Array(
    object({
      number: Type.String(),
      country: Type.Enum(['FR', 'LU', 'DE']),
      bySms: Type.Optional(Type.Boolean({ description: 'Also by text message, for people who can’t hear or speak' })),
      name: Type.String(),
    }),
  ),
});

const LANGUAGE = { language: oneOf(LANGUAGES, { default: 'fr' }) };
const READER = { ...LANGUAGE, commune: listOf(text({ max: 64 }), { max: 20 }) };
const PAGE = {
  ...READER,
  theme: text({ max: 40 }),
  text: text({ max: 100 }),
  limit: wholeNumber({ min: 1, max: 200, default: 20 }),
  offset: wholeNumber({ min: 0, max: 10_000, default: 0 }),
};
const OF_TIME = { ...PAGE, from: dateTime(), to: dateTime() };
const PUBLIC = { access: 'nothing', cached: 'minute' } as const;
const ITEMS = { ...PUBLIC, query: PAGE, answers: { 200: Items } } as const;

/** The public content. The answer depends only on the URL, so it can be cached. */
export const citizenReadingContract = contract(CITIZEN_READING, {
  territory: {
    access: 'nothing',
    cached: 'day',
    summary: 'The territory, its communes, and the active modules and languages',
    answers: { 200: Territory },
  },
  home: {
    ...PUBLIC,
    summary: 'What matters now: alerts, news, events, the menu and a poll',
    query: READER,
    answers: { 200: Home },
  },
  news: { ...ITEMS, summary: 'News, newest first' },
  events: { ...ITEMS, summary: 'Current and future events, next first', query: OF_TIME },
  alerts: { ...ITEMS, summary: 'Current alerts, newest first' },
  directory: { ...ITEMS, summary: 'Shops, associations and services, by name; theme: their category' },
  pages: { ...ITEMS, summary: 'Practical information, by section' },
  menus: { ...ITEMS, summary: 'Canteen menus from today on', query: OF_TIME },
  polls: { ...ITEMS, summary: 'Questions that may be answered, with the answers so far' },
  search: {
    ...ITEMS,
    summary: 'Published items of any kind that contain all words, ignoring accents',
    query: {
      ...READER,
      text: text({ max: 100, required: true }),
      limit: wholeNumber({ min: 1, max: 50, default: 20 }),
    },
    example: { query: { text: 'piscine' } },
  },
  item: {
    ...PUBLIC,
    summary: 'One item with its whole text, as HTML',
    params: { id: text({ max: 100 }) },
    query: LANGUAGE,
    answers: { 200: Whole },
  },
  event: {
    ...PUBLIC,
    summary: 'One event as a calendar',
    params: { id: text({ max: 100 }) },
    query: LANGUAGE,
    answers: { 200: media('text/calendar; charset=utf-8') },
  },
  calendar: {
    ...PUBLIC,
    summary: 'The events as a calendar',
    query: READER,
    answers: { 200: media('text/calendar; charset=utf-8') },
  },
  rss: {
    ...PUBLIC,
    summary: 'The news as RSS',
    query: READER,
    answers: { 200: media('application/rss+xml; charset=utf-8') },
  },
  defibrillators: { ...ITEMS, summary: 'Public defibrillators', query: READER },
  containers: {
    ...PUBLIC,
    summary: 'Sorting containers and their fill levels',
    answers: {
      200: object({
        containers: Type.Array(
          Type.Object({ id: Type.String(), type: Type.Union([Type.String(), Type.Array(Type.String())]) }),
        ),
      }),
    },
  },
  emergencyNumbers: {
    access: 'nothing',
    cached: 'day',
    summary: 'Emergency numbers on both sides of the border',
    query: LANGUAGE,
    answers: {
      200: EmergencyNumbers,
    },
  },
});

export type CitizenReadingContract = typeof citizenReadingContract;
export type Summary = Value<typeof Summary>;
export type Whole = Value<typeof Whole>;
export type Items = Value<typeof Items>;
export type Home = Value<typeof Home>;
export type EmergencyNumbers = Value<typeof EmergencyNumbers>;
export type CitizenTerritory = Value<typeof Territory>;
