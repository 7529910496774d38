import type { TerritoryInfo } from '@alzette/kit/service';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import {
  event,
  informationPage,
  menu,
  newsArticle,
  pointOfInterest,
  question,
  specialAnnouncement,
} from '@alzette/ngsi-ld-schemas/models';
import type { Kind, MenuPart, Texts } from '../contract/documents.ts';
import { totalAnswers } from '../polls/answers.ts';
import { COMMUNITY, type Item } from './item.ts';

interface EntityKind {
  readonly model: { readonly type: string; readonly iri: string };
  /** Path of the @context with its terms, on any of our hosts. */
  readonly contextPath: string;
  attributes(item: Item, answers: ReadonlyMap<string, number>): Attributes;
}

type Attributes = { readonly [term: string]: object | undefined };

const property = (value: unknown) => (value === undefined ? undefined : { type: 'Property', value });
const geo = (value: object | undefined) => (value === undefined ? undefined : { type: 'GeoProperty', value });
/** A text in all its languages. */
function worded(texts: Texts, member: 'title' | 'summary' | 'body'): object | undefined {
  const languageMap = Object.fromEntries(
    Object.entries(texts).flatMap(([language, wording]) => {
      const text = wording?.[member];
      return text === undefined ? [] : [[language, text]];
    }),
  );
  return Object.keys(languageMap).length === 0 ? undefined : { type: 'LanguageProperty', languageMap };
}

const COMMUNE = '/contexts/Commune/v1.jsonld';
const PUBLISHING = '/contexts/Publishing/v1.jsonld';

/** How each kind is represented for other platforms: published models, and types of schema.org. */
export const ENTITY_KINDS: { readonly [kind in Kind]: EntityKind } = {
  news: {
    model: newsArticle,
    contextPath: COMMUNE,
    attributes: ({ document: { texts, theme, location }, publishAt, expiresAt }) => ({
      headline: worded(texts, 'title'),
      description: worded(texts, 'summary'),
      articleBody: worded(texts, 'body'),
      articleSection: property(theme),
      datePublished: property(publishAt.toISOString()),
      expires: property(expiresAt?.toISOString()),
      contentLocation: geo(location),
    }),
  },
  event: {
    model: event,
    contextPath: '/contexts/TourismDestinations/v1.jsonld',
    attributes: ({ document: { texts, theme, location, address, link, event: part } }) => ({
      name: worded(texts, 'title'),
      title: worded(texts, 'title'),
      description: worded(texts, 'summary'),
      thematic: property(theme && [theme]),
      startDate: property(part?.start),
      endDate: property(part?.end),
      isAccessibleForFree: property(part?.isFree),
      location: geo(location),
      address: property(address && { streetAddress: address }),
      webSite: property(link),
      eventStatus: property(['scheduled']),
    }),
  },
  alert: {
    model: specialAnnouncement,
    contextPath: PUBLISHING,
    attributes: ({ document: { texts, theme, location, alert }, publishAt, expiresAt }) => ({
      headline: worded(texts, 'title'),
      text: worded(texts, 'body') ?? worded(texts, 'summary'),
      category: property(theme),
      severity: property(alert?.severity),
      datePosted: property(publishAt.toISOString()),
      expires: property(expiresAt?.toISOString()),
      spatialCoverage: geo(location),
    }),
  },
  place: {
    model: pointOfInterest,
    contextPath: '/contexts/PointOfInterest/v1.jsonld',
    attributes: ({ document: { texts, location, address, place } }) => ({
      name: worded(texts, 'title'),
      title: worded(texts, 'title'),
      description: worded(texts, 'summary'),
      category: property(place && [place.category]),
      location: geo(location),
      address: property(address && { streetAddress: address }),
      contactPoint: property(
        place && {
          ...(place.telephone !== undefined && { telephone: place.telephone }),
          ...(place.email !== undefined && { email: place.email }),
          ...(place.website !== undefined && { url: place.website }),
        },
      ),
    }),
  },
  page: {
    model: informationPage,
    contextPath: COMMUNE,
    attributes: ({ document: { texts, page }, modifiedAt }) => ({
      headline: worded(texts, 'title'),
      description: worded(texts, 'summary'),
      text: worded(texts, 'body'),
      category: property(page && [page.section]),
      lastReviewed: property(modifiedAt.toISOString().slice(0, 10)),
    }),
  },
  menu: {
    model: menu,
    contextPath: COMMUNE,
    attributes: ({ document: { texts, menu: part } }) => ({
      name: worded(texts, 'title'),
      validFrom: property(part && `${part.day}T00:00:00Z`),
      validThrough: property(part && `${part.day}T23:59:59Z`),
      hasMenuSection: property(part && menuSections(part)),
    }),
  },
  poll: {
    model: question,
    contextPath: PUBLISHING,
    attributes: ({ document: { texts, poll }, publishAt, expiresAt }, answers) => ({
      headline: worded(texts, 'title'),
      text: worded(texts, 'body') ?? worded(texts, 'summary'),
      suggestedAnswer: property(
        poll?.choices.map(({ id, text }) => ({ id, text: text.fr, answerCount: answers.get(id) ?? 0 })),
      ),
      answerCount: property(totalAnswers(answers)),
      datePublished: property(publishAt.toISOString()),
      expires: property(expiresAt?.toISOString()),
    }),
  },
};

function menuSections({ dishes }: MenuPart): object[] {
  const courses = [...new Set(dishes.map(({ course }) => course))];
  return courses.map((name) => ({
    name,
    items: dishes.filter(({ course }) => course === name).map(({ course: _course, ...dish }) => dish),
  }));
}

export function entityId({ kind, id }: Pick<Item, 'kind' | 'id'>): string {
  return `urn:ngsi-ld:${ENTITY_KINDS[kind].model.type}:${id}`;
}

/**
 * The scopes of an item: its commune's. The territory has no scope, so an item of the community has those of its
 * communes.
 */
export function scopesOf(
  { owner, document }: Pick<Item, 'owner' | 'document'>,
  { communes }: TerritoryInfo,
): readonly string[] {
  const isFor = (slug: string) => (owner === COMMUNITY ? document.communes?.includes(slug) !== false : slug === owner);
  return communes.filter(({ slug }) => isFor(slug)).map(({ scope }) => scope);
}

/** @param answers of a poll, by choice */
export function entityOf(item: Item, territory: TerritoryInfo, answers: ReadonlyMap<string, number>): Entity {
  const kind = ENTITY_KINDS[item.kind];
  const attributes = Object.entries(kind.attributes(item, answers)).filter(([, value]) => value !== undefined);
  const owner = territory.communes.find(({ slug }) => slug === item.owner)?.name ?? territory.name;
  return {
    id: entityId(item),
    type: kind.model.type,
    scope: [...scopesOf(item, territory)],
    dataProvider: { type: 'Property', value: owner },
    ...Object.fromEntries(attributes),
  };
}
