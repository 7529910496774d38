import { object, Type, type Value } from '@alzette/kit/contract';
import { Answers } from './form.ts';
import { AUDIENCES, Silence, StateKind } from './procedure.ts';
import { Day, Id, Instant, Language, Texts } from './texts.ts';

export const Reference = Type.String({
  pattern: '^[0-9A-HJKMNP-TV-Z]{10}$',
  description: 'Short enough to be read out on the telephone, e.g. `K7Q2M9XD4T`',
});
const Line = Type.String({ minLength: 1, maxLength: 200 });
export const Email = Type.String({ format: 'email', maxLength: 200 });
export const Phone = Type.String({ pattern: '^\\+?[\\d .()/-]{6,25}$', description: 'e.g. +352 621 123 456' });
export const FileToken = Type.String({
  pattern: '^[0-9a-f]{32}\\.[A-Za-z0-9_-]{43}$',
  description: 'The token of an uploaded file',
});

/** Who asks. `forName`: the person, company or association for whom somebody else asks. */
export const Applicant = object({
  kind: Type.Enum(AUDIENCES),
  name: Line,
  email: Type.Optional(Email),
  phone: Type.Optional(Phone),
  forName: Type.Optional(Line),
});
export type Applicant = Value<typeof Applicant>;

export const SaidText = Type.String({ minLength: 1, maxLength: 4000 });

/** The time that the desk has, as the law counts it. */
export const Clock = object({
  silence: Silence,
  dueAt: Type.Optional({
    ...Day,
    description: 'The day on which silence decides; while parts are missing: if they came today',
  }),
  isSuspended: Type.Boolean(),
});
export type Clock = Value<typeof Clock>;

export const Stage = object({ id: Id, name: Texts, kind: StateKind });

export const Booking = object({
  id: Type.String(),
  resource: Id,
  name: Texts,
  from: Instant,
  to: Instant,
  amount: Type.Number(),
  state: Type.Enum(['confirmed', 'waiting', 'offered', 'cancelled']),
  rank: Type.Optional({ ...Type.Integer(), description: 'On the waiting list, from 1' }),
  offeredUntil: Type.Optional(Instant),
});
export type Booking = Value<typeof Booking>;

export const Missing = object(
  {
    text: SaidText,
    fields: Type.Array(Type.String(), { description: 'The fields that are to be filled in again' }),
    until: Day,
    askedAt: Instant,
  },
  'The parts that the desk asks for',
);

/** An event of a dossier. */
export const Event = object({
  n: Type.Integer(),
  at: Instant,
  by: Type.Enum(['sender', 'desk', 'product']),
  act: Type.Enum([
    'send',
    'message',
    'askParts',
    'parts',
    'step',
    'silence',
    'note',
    'assign',
    'withdraw',
    'book',
    'cancelBooking',
    'effect',
    'pay',
  ]),
  state: Type.Optional(Id),
  text: Type.Optional(Type.String()),
  files: Type.Optional(Type.Array(Type.String(), { description: 'Ids of files' })),
  who: Type.Optional({ ...Type.String(), description: 'The account of the desk; only the desk sees it' }),
});
export type Event = Value<typeof Event>;

export const DossierPayment = object({
  name: Texts,
  cents: Type.Integer(),
  state: Type.Enum(['due', 'started', 'paid']),
  isOnline: { ...Type.Boolean(), description: 'Whether it can be paid online; otherwise at the counter' },
  paidAt: Type.Optional(Instant),
  number: Type.Optional({ ...Type.String(), description: 'Of the authorisation, or of the receipt of the counter' }),
});
export type DossierPayment = Value<typeof DossierPayment>;

export const Receipt = object(
  {
    reference: Reference,
    receivedAt: Instant,
    service: Texts,
    clock: Clock,
    text: { ...Texts, description: 'What silence means and on which day, in the words of the receipt' },
  },
  'As the law requires it at once (CRPA L112-11, R112-5)',
);
export type Receipt = Value<typeof Receipt>;

/** Which of the sender's data an OpenID provider vouches for. */
export const VouchedFor = object({
  by: Type.String({ description: 'The title of the provider' }),
  at: Instant,
  fields: Type.Array(Type.String(), { description: 'Ids of fields, or `applicant.name` and `applicant.email`' }),
});
export type VouchedFor = Value<typeof VouchedFor>;

/** How a dossier stands. */
export const DossierState = {
  id: Reference,
  procedure: Id,
  version: Type.Integer(),
  title: Texts,
  state: Stage,
  clock: Clock,
  commune: Type.Optional({ ...Type.String(), description: 'Its slug; absent: the whole territory' }),
  sentAt: Instant,
  updatedAt: Instant,
  closedAt: Type.Optional(Instant),
  hasDecision: Type.Boolean(),
};
const COMMON = {
  ...DossierState,
  missing: Type.Optional(Missing),
  booking: Type.Optional(Booking),
  payment: Type.Optional(DossierPayment),
};

/** What the sender sees by the secret link. */
export const FollowedDossier = object({
  ...COMMON,
  language: Language,
  applicant: Applicant,
  answers: Answers,
  vouched: Type.Optional(VouchedFor),
  events: Type.Array(Event),
  mayWithdraw: Type.Boolean(),
  mayRate: Type.Boolean(),
  isSatisfied: Type.Optional(Type.Boolean()),
});
export type FollowedDossier = Value<typeof FollowedDossier>;

/** A line of the desk's list. */
export const DossierLine = object({
  ...COMMON,
  isLate: Type.Boolean(),
  assignee: Type.Optional(Type.String()),
});
export type DossierLine = Value<typeof DossierLine>;

/** What the desk sees of one dossier. What a function may not see is not in `answers`, and its fields are `hidden`. */
export const DeskDossier = object({
  ...DossierLine.properties,
  language: Language,
  isErased: Type.Boolean(),
  applicant: Type.Optional(Applicant),
  vouched: Type.Optional(VouchedFor),
  answers: Answers,
  hidden: Type.Array(Type.String()),
  events: Type.Array(Event),
  effects: Type.Array(object({ does: Type.String(), entity: Type.Optional(Type.String()), at: Instant })),
  actions: Type.Array(
    object({
      id: Id,
      name: Texts,
      to: Id,
      needsReason: Type.Boolean(),
      hasLetter: Type.Boolean(),
      waitsForPayment: Type.Boolean(),
    }),
    {
      description: 'What the caller may do now',
    },
  ),
});
export type DeskDossier = Value<typeof DeskDossier>;
