import { byName, object, Type, type Value } from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';

/** FixMyStreet's statuses, in our own terms. */
export const OPEN_STATUSES = ['open', 'investigating', 'planned', 'inProgress'] as const;
export const CLOSED_STATUSES = ['fixed', 'notOurs', 'duplicate', 'noAction'] as const;
export const STATUSES = [...OPEN_STATUSES, ...CLOSED_STATUSES] as const;
export const Status = Type.Enum(STATUSES);
export type Status = Value<typeof Status>;

export const MODERATIONS = ['pending', 'accepted', 'hidden'] as const;
export const Moderation = Type.Enum(MODERATIONS, {
  description: 'Texts and photos of authors are not public before moderation',
});
export type Moderation = Value<typeof Moderation>;

export const HiddenCause = Type.Enum(['person', 'insult', 'offTopic', 'other'], {
  description: 'Why a report is hidden, for the figures: the reason in words may name a person',
});
export type HiddenCause = Value<typeof HiddenCause>;

export const Language = Type.Enum(LANGUAGES);
export const Instant = Type.String({ format: 'date-time' });

/** An organisation: also one level of a scope, which policies use to name its members. */
export const ORGANISATION = '^[A-Za-z][A-Za-z0-9_]{0,63}$';

export const Area = object(
  {
    x: Type.Number({ minimum: 0, maximum: 1 }),
    y: Type.Number({ minimum: 0, maximum: 1 }),
    width: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    height: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
  },
  'A rectangle of a photo, as shares of its width and height from the upper left corner',
);
export type Area = Value<typeof Area>;

const Photo = object({ id: Type.String(), isPublic: Type.Boolean() });
export type Photo = Value<typeof Photo>;

export const Report = object(
  {
    id: Type.String({ description: 'Short enough to be read out on the telephone, e.g. `K7Q2M9XD4T`' }),
    category: Type.String(),
    position: Type.Tuple([Type.Number(), Type.Number()], { description: 'Longitude, latitude' }),
    commune: Type.String({ description: 'The slug of the commune that contains it' }),
    communeScope: Type.String(),
    asset: Type.Optional(Type.String({ description: 'The entity that it is about' })),
    status: Status,
    moderation: Moderation,
    hiddenReason: Type.Optional(Type.String({ description: 'The reason for hiding it, which its author sees' })),
    hiddenCause: Type.Optional(HiddenCause),
    organisation: Type.Optional(
      Type.String({ description: 'The responsible organisation, which sees its own reports' }),
    ),
    assignee: Type.Optional(Type.String({ description: 'A service or team in it' })),
    requestedAt: Instant,
    updatedAt: Instant,
    promisedAt: Type.Optional(Instant),
    closedAt: Type.Optional(Instant),
    publicText: Type.Optional(Type.String({ description: 'The author’s text, as a moderator published it' })),
    publicAddress: Type.Optional(Type.String()),
    photos: Type.Array(Photo),
    discardedPhotos: Type.Optional(
      Type.Array(Type.String(), { description: 'Replaced by blurred copies, to be deleted' }),
    ),
    duplicateOf: Type.Optional(Type.String()),
    passedOn: Type.Optional(
      object(
        {
          to: Type.String(),
          askedAt: Instant,
          triedAt: Type.Optional({ ...Instant, description: 'A request that nothing has answered yet' }),
          at: Type.Optional(Instant),
          number: Type.Optional({ ...Type.String(), description: 'Of the request at the partner' }),
        },
        'To whom it was passed on, and when the mail server or the partner took it',
      ),
    ),
    workOrders: Type.Array(Type.String()),
    supporters: Type.Integer({ description: 'How many others reported the same problem' }),
    reopened: Type.Integer(),
    isSatisfied: Type.Optional(Type.Boolean()),
    source: Type.String({ description: 'The origin: `app`, `desk`, `open311:<key>`' }),
  },
  'The stored state of a report, without its author',
);
export type Report = Value<typeof Report>;

export const Answers = byName(Type.Union([Type.String(), Type.Array(Type.String())]), {
  description: 'By the code of the question',
});
export const Words = object(
  {
    text: Type.Optional(Type.String()),
    address: Type.Optional(Type.String()),
    answers: Type.Optional(Answers),
    findings: Type.Optional(Type.Array(Type.String(), { description: 'Of the filters' })),
  },
  'The texts of the author, before moderation',
);
export type Words = Value<typeof Words>;

const Member = Type.Optional(Type.String());
/** What is known of an author. It was checked when it was given. */
export const KnownContact = object({ name: Member, email: Member, phone: Member });

/** All stored data of reports and their authors. */
export const PersonalData = Type.Array(
  object({
    report: object({ ...Report.properties, photos: Type.Array(Type.String(), { description: 'Their addresses' }) }),
    contact: Type.Optional(KnownContact),
    language: Type.Optional(Language),
    words: Type.Optional(Words),
    journal: Type.Array(
      object({
        at: Instant,
        act: Type.String(),
        status: Type.Optional(Status),
        text: Type.Optional(Type.String()),
      }),
    ),
  }),
);
export type KnownContact = Value<typeof KnownContact>;
export type PersonalData = Value<typeof PersonalData>;
