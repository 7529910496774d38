import { object } from '@alzette/kit/bodies';
import { dateTime, listOf, oneOf, readPath, readQuery, text, wholeNumber } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { cacheable, cacheableForADay, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { Item, Kind } from '../items/item.ts';
import type { PublishingParts } from '../parts.ts';
import { countAllAnswers } from '../polls/answers.ts';
import { LANGUAGES, type Language } from '../ports.ts';
import { publicContainers } from './containers.ts';
import { emergencyNumbers } from './emergency-numbers.ts';
import { calendarOf, rssOf } from './feeds.ts';
import { publicItem, publicItems } from './public-items.ts';
import { itemSearch } from './search-items.ts';
import { readAppSettings } from './settings.ts';
import { type ShownImage, summaryOf, wholeOf } from './shown-item.ts';

const LANGUAGE = { language: oneOf(LANGUAGES, { default: 'fr' }) };
const READER = { ...LANGUAGE, commune: listOf(text({ max: 64 }), { max: 20 }) };
const LIST = {
  ...READER,
  theme: text({ max: 40 }),
  text: text({ max: 100 }),
  limit: wholeNumber({ min: 1, max: 200, default: 20 }),
  offset: wholeNumber({ min: 0, max: 10_000, default: 0 }),
};
const SEARCH = {
  ...READER,
  text: text({ max: 100, required: true }),
  limit: wholeNumber({ min: 1, max: 50, default: 20 }),
};
const WHEN = { from: dateTime(), to: dateTime() };
const SUMMARY = {
  type: 'object',
  description: 'id, kind, owner (a commune; "" is the community), language, title, summary, publishedAt, and by kind',
};
const ITEMS = object({ items: { type: 'array', items: SUMMARY }, next: { type: 'integer' } }, ['items']);
const BY_ID = { id: text({ max: 100, required: true }) };

interface Collection {
  readonly path: string;
  readonly kind: Kind;
  readonly summary: string;
  /** Only items that are not over. */
  readonly isOfTime?: true;
}
const COLLECTIONS: readonly Collection[] = [
  { path: '/news', kind: 'news', summary: 'News, newest first' },
  { path: '/events', kind: 'event', summary: 'Current and future events, next first', isOfTime: true },
  { path: '/alerts', kind: 'alert', summary: 'Current alerts, newest first' },
  { path: '/directory', kind: 'place', summary: 'Shops, associations and services, by name; theme: their category' },
  { path: '/pages', kind: 'page', summary: 'Practical information, by section' },
  { path: '/menus', kind: 'menu', summary: 'Canteen menus from today on', isOfTime: true },
  { path: '/polls', kind: 'poll', summary: 'Questions that may be answered, with the answers so far' },
];
const MAX_IN_FEED = 200;
const ON_HOME = 5;

// Longer than 80 lines: routes that share what is shown of an item.
/** `/citizen/v1`: the public content. The answer depends only on the URL, so it can be cached. */
export function citizenRoutes(scope: FastifyInstance, parts: PublishingParts): void {
  const { db, territory, publicUrl } = parts;

  const imageOf = async (tenant: string, { document: { image } }: Item): Promise<ShownImage | undefined> => {
    const url = image && (await parts.images?.publicPath(tenant, image.file));
    return image && url !== undefined ? { url, alt: image.alt } : undefined;
  };
  const summaries = async (tenant: string, items: readonly Item[], language: Language) => {
    const polls = items.filter(({ kind }) => kind === 'poll').map(({ id }) => id);
    const answers = await countAllAnswers(db, tenant, polls);
    return Promise.all(
      items.map(async (item) => ({
        ...summaryOf(item, language, await imageOf(tenant, item)),
        ...(item.kind === 'poll' && { answers: Object.fromEntries(answers.get(item.id) ?? []) }),
      })),
    );
  };

  scope.get(
    '/territory',
    operation({ access: 'nothing', summary: 'The territory, its communes, and the active modules and languages' }),
    async (request, reply) => {
      const { name, timeZone, bbox, communes } = territory;
      const { modules, languages } = await readAppSettings(db, request.tenant);
      return cacheableForADay(request, reply, {
        name,
        timeZone,
        bbox,
        languages,
        modules,
        communes: communes.map(({ slug, name, center }) => ({ slug, name, center })),
      });
    },
  );

  scope.get(
    '/home',
    operation({
      access: 'nothing',
      summary: 'What matters now: alerts, news, events, the menu and a poll',
      query: READER,
    }),
    async (request, reply) => {
      const { commune, language } = readQuery(request, READER);
      const { tenant } = request;
      const some = async (kind: Kind, limit: number, from?: Date) =>
        summaries(tenant, await publicItems(parts, tenant, { kind, communes: commune, limit, from }), language);
      const now = startOfMinute();
      const [alerts, news, events, menus, polls] = await Promise.all([
        some('alert', ON_HOME),
        some('news', ON_HOME),
        some('event', ON_HOME, now),
        some('menu', 1, now),
        some('poll', 1),
      ]);
      return cacheable(request, reply, { alerts, news, events, menus, polls });
    },
  );

  for (const { path, kind, summary, isOfTime } of COLLECTIONS) {
    const query = isOfTime ? { ...LIST, ...WHEN } : LIST;
    scope.get(path, operation({ access: 'nothing', summary, query, answer: ITEMS }), async (request, reply) => {
      const asked: Partial<Record<'from' | 'to', Date | undefined>> & ReturnType<typeof readQuery<typeof LIST>> =
        readQuery(request, query);
      const { commune, language, theme, text: words, limit, offset, from, to } = asked;
      const items = await publicItems(parts, request.tenant, {
        kind,
        communes: commune,
        theme,
        text: words,
        from: isOfTime ? (from ?? startOfMinute()) : undefined,
        to,
        limit: limit + 1,
        offset,
      });
      const shown = await summaries(request.tenant, items.slice(0, limit), language);
      return cacheable(request, reply, { items: shown, ...(items.length > limit && { next: offset + limit }) });
    });
  }

  const search = itemSearch(parts);
  scope.get(
    '/search',
    operation({
      access: 'nothing',
      summary: 'Published items of any kind that contain all words, ignoring accents',
      query: SEARCH,
      answer: ITEMS,
    }),
    async (request, reply) => {
      const { commune, language, text: words, limit } = readQuery(request, SEARCH);
      const items = await search(request.tenant, commune, words, limit);
      return cacheable(request, reply, { items: await summaries(request.tenant, items, language) });
    },
  );

  scope.get(
    '/items/:id',
    operation({
      access: 'nothing',
      summary: 'One item with its whole text, as HTML',
      query: LANGUAGE,
      answer: SUMMARY,
    }),
    async (request, reply) => {
      const { id } = readPath(request, BY_ID);
      const { language } = readQuery(request, LANGUAGE);
      const { tenant } = request;
      const item = await publicItem(db, tenant, id);
      if (item === undefined) throw missing('item', id);
      const whole = wholeOf(item, language, await imageOf(tenant, item));
      if (item.kind !== 'poll') return cacheable(request, reply, whole);
      const answers = Object.fromEntries((await countAllAnswers(db, tenant, [id])).get(id) ?? []);
      return cacheable(request, reply, { ...whole, answers });
    },
  );

  scope.get(
    '/events.ics',
    operation({ access: 'nothing', summary: 'The events as a calendar', query: READER }),
    async (request, reply) => {
      const { commune, language } = readQuery(request, READER);
      const filter = { kind: 'event', communes: commune, from: startOfMinute(), limit: MAX_IN_FEED } as const;
      const items = await publicItems(parts, request.tenant, filter);
      const calendar = calendarOf(items, territory.name, publicUrl, language);
      return cacheable(request, reply, calendar, 'text/calendar; charset=utf-8');
    },
  );
  scope.get(
    '/news.rss',
    operation({ access: 'nothing', summary: 'The news as RSS', query: READER }),
    async (request, reply) => {
      const { commune, language } = readQuery(request, READER);
      const items = await publicItems(parts, request.tenant, { kind: 'news', communes: commune, limit: MAX_IN_FEED });
      const feed = rssOf(items, territory.name, publicUrl, language);
      return cacheable(request, reply, feed, 'application/rss+xml; charset=utf-8');
    },
  );

  scope.get(
    '/defibrillators',
    operation({ access: 'nothing', summary: 'Public defibrillators', query: READER, answer: ITEMS }),
    async (request, reply) => {
      const { commune, language } = readQuery(request, READER);
      const filter = { kind: 'place', communes: commune, theme: 'defibrillator', limit: MAX_IN_FEED } as const;
      const items = await publicItems(parts, request.tenant, filter);
      return cacheable(request, reply, { items: await summaries(request.tenant, items, language) });
    },
  );
  scope.get(
    '/containers',
    operation({ access: 'nothing', summary: 'Sorting containers and their fill levels' }),
    async (request, reply) => {
      return cacheable(request, reply, {
        containers: await publicContainers(parts.publicClient, request.tenant, parts.context),
      });
    },
  );
  scope.get(
    '/emergency-numbers',
    operation({
      access: 'nothing',
      summary: 'Emergency numbers on both sides of the border',
      query: LANGUAGE,
    }),
    (request, reply) => {
      const { language } = readQuery(request, LANGUAGE);
      return cacheableForADay(request, reply, { numbers: emergencyNumbers(language) });
    },
  );
}

/** Rounded, so that requests within a minute have the same answer. */
function startOfMinute(): Date {
  return new Date(Math.floor(Date.now() / 60_000) * 60_000);
}
