import { object, Type, type Value } from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';

export const KINDS = ['news', 'event', 'alert', 'place', 'page', 'menu', 'poll'] as const;
export const Kind = Type.Enum(KINDS);
export type Kind = Value<typeof Kind>;
export const STATES = ['draft', 'ready', 'withdrawn'] as const;
export const State = Type.Enum(STATES, {
  description: '`ready` is public from `publishAt` until `expiresAt`',
});
export type ItemState = Value<typeof State>;
export const Severity = Type.Enum(['information', 'warning', 'emergency']);
export type AnnouncementSeverity = Value<typeof Severity>;

export const Instant = Type.String({ format: 'date-time' });
export const Language = Type.Enum(LANGUAGES);
export const line = (maxLength: number) => Type.String({ minLength: 1, maxLength });
export const Word = Type.String({ pattern: '^[a-z0-9-]{1,40}$' });
export const Owner = Type.String({ maxLength: 64, description: 'The slug of a commune; "" is the community' });
export const Web = Type.String({ format: 'uri', pattern: '^https?://', maxLength: 1000 });

export const WORDS = {
  summary: Type.Optional(line(500)),
  body: Type.Optional(Type.String({ ...line(50_000), description: 'Markdown without HTML' })),
};
const Wording = object(
  {
    title: line(200),
    ...WORDS,
    easy: Type.Optional(
      Type.String({
        ...line(10_000),
        description: 'The same in easy-to-read language (in French: FALC), also Markdown',
      }),
    ),
  },
  'The texts in one language',
);
const OtherWording = Type.Optional(Wording);
export const Texts = object({ fr: Wording, en: OtherWording, de: OtherWording, lb: OtherWording });
export type Wording = Value<typeof Wording>;
export type Texts = Value<typeof Texts>;

export const Image = object({ file: line(100), alt: line(300) }, 'A file, and its text alternative');
export const Location = object({
  type: Type.Literal('Point'),
  coordinates: Type.Tuple([Type.Number({ minimum: -180, maximum: 180 }), Type.Number({ minimum: -90, maximum: 90 })]),
});

export const Event = object(
  {
    start: Instant,
    end: Type.Optional(Instant),
    allDay: Type.Optional(Type.Boolean()),
    venue: Type.Optional(line(200)),
    organiser: Type.Optional(line(200)),
    price: Type.Optional(line(200)),
    isFree: Type.Optional(Type.Boolean()),
  },
  'Instants with their zone; with `allDay` only their days count',
);

export const CONTACT = {
  telephone: Type.Optional(Type.String({ pattern: '^[+0-9 ().-]{2,30}$' })),
  email: Type.Optional(Type.String({ format: 'email', maxLength: 200 })),
  website: Type.Optional(Web),
  openingHours: Type.Optional(
    Type.String({ ...line(300), description: 'In OpenStreetMap’s format: `Mo-Fr 08:00-12:00`' }),
  ),
};
export const Place = object({ category: Word, ...CONTACT });
export type PlacePart = Value<typeof Place>;

const FEW = { maxItems: 20, uniqueItems: true };
const Dish = object({
  course: Type.Enum(['starter', 'main', 'side', 'dairy', 'dessert']),
  name: line(200),
  allergens: Type.Optional(Type.Array(line(100), { ...FEW, description: 'Of regulation (EU) No 1169/2011, annex II' })),
  labels: Type.Optional(Type.Array(line(100), FEW)),
});
export type Dish = Value<typeof Dish>;
export const Menu = object(
  {
    day: Type.String({ format: 'date' }),
    canteen: line(200),
    dishes: Type.Array(Dish, { minItems: 1, maxItems: 30 }),
  },
  'The menu of a canteen on a day, as in scdl/menus-collectifs',
);

const OtherLine = Type.Optional(line(200));
const PollChoice = object({
  id: Word,
  text: object({ fr: line(200), en: OtherLine, de: OtherLine, lb: OtherLine }),
});
export type PollChoice = Value<typeof PollChoice>;

export type MenuPart = Value<typeof Menu>;

export const Page = object({ section: Word, order: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })) });

/** Members of every kind, without the picture, which is a file of its own. */
export const MEMBERS = {
  texts: Texts,
  theme: Type.Optional(
    Type.String({
      ...Word,
      description: 'A free text such as `culture` or `travaux`, because communities have different themes',
    }),
  ),
  communes: Type.Optional(
    Type.Array(line(64), {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      description: 'Only for the community’s items: the communes where it is shown; absent: all',
    }),
  ),
  location: Type.Optional(Location),
  address: Type.Optional(line(300)),
  link: Type.Optional(Web),
  push: Type.Optional(
    Type.Boolean({
      description: 'Whether followers are notified when it becomes public; default true for alerts, false for others',
    }),
  ),
};
export const ItemDocument = object(
  {
    ...MEMBERS,
    image: Type.Optional(Image),
    event: Type.Optional(Event),
    alert: Type.Optional(object({ severity: Severity })),
    place: Type.Optional(Place),
    page: Type.Optional(Page),
    menu: Type.Optional(Menu),
    poll: Type.Optional(object({ choices: Type.Array(PollChoice, { minItems: 2, maxItems: 12 }) })),
  },
  'The content of an item. The member with the name of a kind exists only for that kind.',
);
export type ItemDocument = Value<typeof ItemDocument>;

export const GivenItem = object({
  kind: Kind,
  owner: Owner,
  state: Type.Optional(State),
  publishAt: Type.Optional(Type.String({ format: 'date-time', description: 'Default: now' })),
  expiresAt: Type.Optional(Instant),
  document: ItemDocument,
});
export type GivenItem = Value<typeof GivenItem>;
