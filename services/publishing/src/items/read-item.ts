import { bodyReader, object } from '@alzette/kit/bodies';
import { refused } from '@alzette/kit/problems';
import type { TerritoryInfo } from '@alzette/kit/service';
import { LANGUAGES } from '../ports.ts';
import { COMMUNITY, type ItemDocument, type ItemState, KINDS, type Kind, SEVERITIES, STATES } from './item.ts';

/** The body of a request for an item. */
export interface GivenItem {
  readonly kind: Kind;
  /** A commune's slug; '' stands for the community. */
  readonly owner: string;
  readonly state?: ItemState;
  /** Default: now. */
  readonly publishAt?: string;
  readonly expiresAt?: string;
  readonly document: ItemDocument;
}

const line = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const INSTANT = { type: 'string', format: 'date-time' };
const WEB = { type: 'string', format: 'uri', pattern: '^https?://', maxLength: 1000 };
export const WORDING_MEMBERS = { title: line(200), summary: line(500), body: line(50_000), easy: line(10_000) };
export const IMAGE_SCHEMA = object({ file: line(100), alt: line(300) }, ['file', 'alt']);
const WORDING = object(WORDING_MEMBERS, ['title']);
export const PLACE_MEMBERS = {
  category: { type: 'string', pattern: '^[a-z0-9-]{1,40}$' },
  telephone: { type: 'string', pattern: '^[+0-9 ().-]{2,30}$' },
  email: { type: 'string', format: 'email', maxLength: 200 },
  website: WEB,
  openingHours: line(300),
};
const LINES = { type: 'array', items: line(100), maxItems: 20, uniqueItems: true };
const TEXTS = object(Object.fromEntries(LANGUAGES.map((language) => [language, WORDING])), ['fr']);
const LINE_IN_LANGUAGES = object(Object.fromEntries(LANGUAGES.map((language) => [language, line(200)])), ['fr']);

const DOCUMENT = object(
  {
    texts: TEXTS,
    theme: { type: 'string', pattern: '^[a-z0-9-]{1,40}$' },
    communes: { type: 'array', items: line(64), minItems: 1, maxItems: 100, uniqueItems: true },
    location: object(
      {
        type: { const: 'Point' },
        coordinates: {
          type: 'array',
          items: [
            { type: 'number', minimum: -180, maximum: 180 },
            { type: 'number', minimum: -90, maximum: 90 },
          ],
          minItems: 2,
          maxItems: 2,
        },
      },
      ['type', 'coordinates'],
    ),
    address: line(300),
    image: IMAGE_SCHEMA,
    link: WEB,
    push: { type: 'boolean' },
    event: object(
      {
        start: INSTANT,
        end: INSTANT,
        allDay: { type: 'boolean' },
        venue: line(200),
        organiser: line(200),
        price: line(200),
        isFree: { type: 'boolean' },
      },
      ['start'],
    ),
    alert: object({ severity: { enum: SEVERITIES } }, ['severity']),
    place: object(PLACE_MEMBERS, ['category']),
    page: object(
      {
        section: { type: 'string', pattern: '^[a-z0-9-]{1,40}$' },
        order: { type: 'integer', minimum: 0, maximum: 10_000 },
      },
      ['section'],
    ),
    menu: object(
      {
        day: { type: 'string', format: 'date' },
        canteen: line(200),
        dishes: {
          type: 'array',
          minItems: 1,
          maxItems: 30,
          items: object(
            {
              course: { enum: ['starter', 'main', 'side', 'dairy', 'dessert'] },
              name: line(200),
              allergens: LINES,
              labels: LINES,
            },
            ['course', 'name'],
          ),
        },
      },
      ['day', 'canteen', 'dishes'],
    ),
    poll: object(
      {
        choices: {
          type: 'array',
          minItems: 2,
          maxItems: 12,
          items: object({ id: { type: 'string', pattern: '^[a-z0-9-]{1,40}$' }, text: LINE_IN_LANGUAGES }, [
            'id',
            'text',
          ]),
        },
      },
      ['choices'],
    ),
  },
  ['texts'],
);

const readGiven = bodyReader<GivenItem>(
  object(
    {
      kind: { enum: KINDS },
      owner: { type: 'string', maxLength: 64 },
      state: { enum: STATES },
      publishAt: INSTANT,
      expiresAt: INSTANT,
      document: DOCUMENT,
    },
    ['kind', 'owner', 'document'],
  ),
);
export const ITEM_SCHEMA = readGiven.schema;

/** The members that are required for the kind of their name and not allowed for others; news has none. */
const OWN_MEMBERS = ['event', 'alert', 'place', 'page', 'menu', 'poll'] as const;

/** @throws Problem 400: names the member */
export function readItem(body: unknown, { communes }: TerritoryInfo): GivenItem {
  const given = readGiven(body);
  const { kind, owner, document, publishAt, expiresAt } = given;
  checkOwner(owner, { communes });
  const slugs = communes.map(({ slug }) => slug);
  const stranger = document.communes?.find((slug) => !slugs.includes(slug));
  if (stranger !== undefined) throw refused('document.communes', stranger, `one of ${slugs.join(', ')}`);
  if (owner !== COMMUNITY && document.communes !== undefined) {
    throw refused('document.communes', document.communes, 'nothing: the items of a commune are only for that commune');
  }
  for (const member of OWN_MEMBERS) {
    if (member === kind && document[member] === undefined) throw refused(`document.${member}`, undefined, 'a value');
    if (member !== kind && document[member] !== undefined) {
      throw refused(`document.${member}`, document[member], `nothing: the kind is ${kind}`);
    }
  }
  const { event, poll } = document;
  if (event?.end !== undefined && Date.parse(event.end) < Date.parse(event.start)) {
    throw refused('document.event.end', event.end, `a time not before ${event.start}`);
  }
  const ids = poll?.choices.map(({ id }) => id) ?? [];
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw refused('document.poll.choices', twice, 'each id once');
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(publishAt ?? new Date().toISOString())) {
    throw refused('expiresAt', expiresAt, 'a time after publishAt');
  }
  return given;
}

/** @throws Problem 400: neither the community nor a commune */
export function checkOwner(owner: string, { communes }: Pick<TerritoryInfo, 'communes'>): void {
  if (owner === COMMUNITY || communes.some(({ slug }) => slug === owner)) return;
  throw refused('owner', owner, `"" for the community, or one of ${communes.map(({ slug }) => slug).join(', ')}`);
}
