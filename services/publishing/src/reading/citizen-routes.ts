import { missing } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { CitizenReadingContract, Items, Summary } from '../contract/citizen.ts';
import type { Kind } from '../contract/documents.ts';
import type { Item } from '../items/item.ts';
import type { PublishingParts } from '../parts.ts';
import { countAllAnswers } from '../polls/answers.ts';
import type { Language } from '../ports.ts';
import { publicContainers } from './containers.ts';
import { emergencyNumbers } from './emergency-numbers.ts';
import { calendarOf, rssOf } from './feeds.ts';
import { type PublicFilter, publicItem, publicItems } from './public-items.ts';
import { itemSearch } from './search-items.ts';
import { readAppSettings } from './settings.ts';
import { type ShownImage, summaryOf, wholeOf } from './shown-item.ts';

const MAX_IN_FEED = 200;
const ON_HOME = 5;

type Collection = 'news' | 'events' | 'alerts' | 'directory' | 'pages' | 'menus' | 'polls';
interface Asked {
  readonly tenant: string;
  readonly query: Omit<PublicFilter, 'kind' | 'communes'> & {
    readonly language: Language;
    readonly commune?: readonly string[] | undefined;
    readonly offset: number;
  };
}

/** `/citizen/v1`: the lists of public content. */
export function collectionHandlers(parts: PublishingParts): Handlers<CitizenReadingContract, Collection> {
  /** @param first before it, items are over; absent: they never are */
  const collection = async (kind: Kind, { tenant, query }: Asked, first?: Date): Promise<Items> => {
    const { language, commune, limit, offset, ...filter } = query;
    const items = await publicItems(parts, tenant, {
      ...filter,
      kind,
      communes: commune,
      from: filter.from ?? first,
      limit: limit + 1,
      offset,
    });
    const shown = await summaries(parts, tenant, items.slice(0, limit), language);
    return { items: shown, ...(items.length > limit && { next: offset + limit }) };
  };
  return {
    news: (request) => collection('news', request),
    events: (request) => collection('event', request, startOfMinute()),
    alerts: (request) => collection('alert', request),
    directory: (request) => collection('place', request),
    pages: (request) => collection('page', request),
    menus: (request) => collection('menu', request, startOfMinute()),
    polls: (request) => collection('poll', request),
  };
}

/** `/citizen/v1`: the public content besides its lists. */
export function citizenHandlers(
  parts: PublishingParts,
): Handlers<CitizenReadingContract, Exclude<keyof CitizenReadingContract['operations'], Collection>> {
  const { db, territories } = parts;
  const search = itemSearch(parts);
  const namesOf = (tenant: string) => [territories.of(tenant).name, territories.publicUrl(tenant)] as const;
  return {
    async territory({ tenant }) {
      const { name, timeZone, bbox, communes } = territories.of(tenant);
      const { modules, languages } = await readAppSettings(db, tenant);
      return {
        name,
        timeZone,
        bbox,
        languages,
        modules,
        communes: communes.map(({ slug, name, center }) => ({ slug, name, center })),
      };
    },
    async home({ tenant, query: { commune: communes, language } }) {
      const some = async (kind: Kind, limit: number, from?: Date) =>
        summaries(parts, tenant, await publicItems(parts, tenant, { kind, communes, limit, from }), language);
      const now = startOfMinute();
      const [alerts, news, events, menus, polls] = await Promise.all([
        some('alert', ON_HOME),
        some('news', ON_HOME),
        some('event', ON_HOME, now),
        some('menu', 1, now),
        some('poll', 1),
      ]);
      return { alerts, news, events, menus, polls };
    },
    async search({ tenant, query: { commune, language, text, limit } }) {
      return { items: await summaries(parts, tenant, await search(tenant, commune, text, limit), language) };
    },
    async item({ tenant, params: { id }, query: { language } }) {
      const item = await publicItem(db, tenant, id);
      if (item === undefined) throw missing('item', id);
      const whole = wholeOf(item, language, await imageOf(parts, tenant, item));
      if (item.kind !== 'poll') return whole;
      return { ...whole, answers: Object.fromEntries((await countAllAnswers(db, tenant, [id])).get(id) ?? []) };
    },
    async event({ tenant, params: { id }, query: { language } }) {
      const item = await publicItem(db, tenant, id);
      if (item?.kind !== 'event') throw missing('event', id);
      return calendarOf([item], ...namesOf(tenant), language);
    },
    async calendar({ tenant, query: { commune: communes, language } }) {
      const filter = { kind: 'event', communes, from: startOfMinute(), limit: MAX_IN_FEED } as const;
      return calendarOf(await publicItems(parts, tenant, filter), ...namesOf(tenant), language);
    },
    async rss({ tenant, query: { commune: communes, language } }) {
      const items = await publicItems(parts, tenant, { kind: 'news', communes, limit: MAX_IN_FEED });
      return rssOf(items, ...namesOf(tenant), language);
    },
    async defibrillators({ tenant, query: { commune: communes, language } }) {
      const filter = { kind: 'place', communes, theme: 'defibrillator', limit: MAX_IN_FEED } as const;
      return { items: await summaries(parts, tenant, await publicItems(parts, tenant, filter), language) };
    },
    containers: async ({ tenant }) => ({
      containers: await publicContainers(parts.publicClient, tenant, parts.context),
    }),
    emergencyNumbers: ({ tenant, query: { language } }) => ({
      numbers: emergencyNumbers(territories.of(tenant).country, language),
    }),
  };
}

async function summaries(
  parts: PublishingParts,
  tenant: string,
  items: readonly Item[],
  language: Language,
): Promise<Summary[]> {
  const polls = items.filter(({ kind }) => kind === 'poll').map(({ id }) => id);
  const answers = await countAllAnswers(parts.db, tenant, polls);
  return Promise.all(
    items.map(async (item) => ({
      ...summaryOf(item, language, await imageOf(parts, tenant, item)),
      ...(item.kind === 'poll' && { answers: Object.fromEntries(answers.get(item.id) ?? []) }),
    })),
  );
}

async function imageOf(
  { images }: PublishingParts,
  tenant: string,
  { document: { image } }: Item,
): Promise<ShownImage | undefined> {
  const url = image && (await images?.publicPath(tenant, image.file));
  return image && url !== undefined ? { url, alt: image.alt } : undefined;
}

/** Rounded, so that requests within a minute have the same answer. */
function startOfMinute(): Date {
  return new Date(Math.floor(Date.now() / 60_000) * 60_000);
}
