import { object, Type, type Value, variants } from '@alzette/kit/contract';
import { Form } from './form.ts';
import { FieldId, Id, Texts } from './texts.ts';

export const TOPICS = [
  'waste',
  'lighting',
  'roads',
  'events',
  'rooms',
  'associations',
  'companies',
  'school',
  'housing',
  'other',
] as const;
export const AUDIENCES = ['citizen', 'company', 'association'] as const;

/** What the law says if the desk is silent. `express`: only a written decision counts. `none`: it is a service. */
export const SILENCES = ['acceptance', 'refusal', 'express', 'none'] as const;
export const Silence = Type.Enum(SILENCES);
export type Silence = Value<typeof Silence>;

export const Deadline = object({
  amount: Type.Integer({ minimum: 1, maximum: 400 }),
  unit: Type.Enum(['days', 'weeks', 'months']),
  silence: Silence,
  resume: Type.Enum(['continue', 'reset'], {
    description: '`reset`: missing parts that arrive begin the time again; `continue`: it was only suspended',
  }),
});
export type Deadline = Value<typeof Deadline>;

/** What a state means, whatever its name. The time runs in `open`; a dossier ends in the last four. */
export const STATE_KINDS = ['open', 'accepted', 'refused', 'done', 'closed'] as const;
export const StateKind = Type.Enum(STATE_KINDS);
export type StateKind = Value<typeof StateKind>;

const Attribute = Type.String({ pattern: '^[a-z][A-Za-z0-9]{0,59}$' });

/** What happens on the territory when an action is done. The members name fields of the form. */
export const Effect = variants('does', {
  workOrder: object({
    name: Texts,
    asset: Type.Optional(FieldId),
    place: Type.Optional(FieldId),
    dueDays: Type.Optional(Type.Integer({ minimum: 0, maximum: 365 })),
    booking: Type.Optional({ ...FieldId, description: 'It is due on the booked day, instead of after `dueDays`' }),
  }),
  entity: object(
    {
      type: Type.String({ description: 'A model of the catalogue, e.g. `AccessBadge`, `PublicGrant` or `CityWork`' }),
      fields: Type.Record(
        Attribute,
        Type.String({
          pattern: '^[a-z][A-Za-z0-9]{0,39}(\\.(from|to))?$',
          description: 'A field, or an end of a period',
        }),
        { description: 'Attributes of the model, from the answers' },
      ),
      values: Type.Record(Attribute, Type.Union([Type.String({ maxLength: 400 }), Type.Number(), Type.Boolean()]), {
        description: 'Attributes with a fixed value; {reference} and {procedure} are replaced',
      }),
      days: Type.Optional(
        Type.Record(Attribute, Type.Integer({ minimum: 0, maximum: 36_500 }), {
          description: 'Days after the decision',
        }),
      ),
      replaces: Type.Optional({
        ...FieldId,
        description: 'The reference of an earlier request, whose entity of this type ends (`status`)',
      }),
    },
    'An entity that names the dossier (`refServiceCase`)',
  ),
  lightException: object({ place: FieldId, period: FieldId, level: FieldId }),
  collectionStop: object({ place: FieldId, booking: FieldId, volume: Type.Optional(FieldId) }),
});
export type Effect = Value<typeof Effect>;

export const Action = object({
  id: Id,
  name: Texts,
  by: Type.Optional({ ...Id, description: 'The function that does it; default: whoever may write the dossier' }),
  to: { ...Id, description: 'The state after it' },
  needsReason: Type.Optional(Type.Boolean()),
  needsPayment: Type.Optional({
    ...Type.Boolean(),
    description: 'It waits until the payment of the procedure has come',
  }),
  letter: Type.Optional({
    ...Texts,
    description: 'The text of the decision; {reference}, {procedure}, {reason} and {date} are replaced',
  }),
  effect: Type.Optional(Effect),
});
export type Action = Value<typeof Action>;

export const State = object({
  id: Id,
  name: Texts,
  kind: StateKind,
  actions: Type.Array(Action, { maxItems: 20 }),
});
export type State = Value<typeof State>;

/** What the sender pays: a fixed amount, or the number of a field in euros. */
export const Payment = object({
  name: Texts,
  cents: Type.Optional(Type.Integer({ minimum: 100, maximum: 10_000_000 })),
  field: Type.Optional(FieldId),
  in: { ...Id, description: 'The state in which it is paid' },
});
export type Payment = Value<typeof Payment>;

const Duty = object({
  id: Id,
  name: Texts,
  groups: Type.Optional(
    Type.Array(Type.String({ maxLength: 100 }), {
      maxItems: 20,
      description: 'The groups or roles that have it; default: whoever may write the dossier',
    }),
  ),
});

/** What is said with the sender's request: their contact. */
const Contact = object({
  email: Type.Enum(['required', 'optional']),
  phone: Type.Enum(['required', 'optional', 'none']),
});

/** A procedure as a document: a form, a workflow, and what the law asks to be said. Packs contain such documents. */
export const Procedure = object({
  title: Texts,
  summary: Texts,
  easyText: Type.Optional({ ...Texts, description: 'Easy to read: short sentences, no terms of law' }),
  topic: Type.Enum(TOPICS),
  icon: Type.Optional(Type.String({ pattern: '^mdi-[a-z0-9-]{1,50}$' })),
  audience: Type.Array(Type.Enum(AUDIENCES), { minItems: 1, uniqueItems: true }),
  contact: Contact,
  service: object(
    {
      name: Texts,
      email: Type.Optional(Type.String({ format: 'email', maxLength: 200 })),
      phone: Type.Optional(Type.String({ maxLength: 40 })),
      address: Type.Optional(Type.String({ maxLength: 300 })),
    },
    'Who is responsible, as the receipt says',
  ),
  form: Form,
  place: Type.Optional({
    ...FieldId,
    description: 'The field (address, commune, place or asset) that decides the commune; default: the whole territory',
  }),
  deadline: Deadline,
  missingPartsDays: Type.Integer({ minimum: 1, maximum: 180, description: 'The time that is given for missing parts' }),
  appeal: Type.Optional({ ...Texts, description: 'Ways and times of appeal' }),
  functions: Type.Array(Duty, { maxItems: 10 }),
  states: Type.Array(State, { minItems: 2, maxItems: 20, description: 'A dossier begins in the first' }),
  payment: Type.Optional(Payment),
  privacy: object({
    purpose: Texts,
    legalBasis: Type.Enum(['publicTask', 'legalObligation', 'contract', 'consent']),
    recipients: Type.Optional(Texts),
    keepDays: Type.Integer({ minimum: 1, maximum: 36_500, description: 'Personal data after the end of a dossier' }),
  }),
  next: Type.Optional({ ...Texts, description: 'What happens next, shown after sending' }),
});
export type Procedure = Value<typeof Procedure>;

export const VERSION_STATES = ['draft', 'published', 'archived'] as const;
export const VersionState = Type.Enum(VERSION_STATES);
export type VersionState = Value<typeof VersionState>;

/** What is wrong with a procedure. An error prevents its publication. */
export const Finding = object({
  level: Type.Enum(['error', 'warning']),
  at: Type.String({ description: 'Where: e.g. `form.kindOfObject.label`' }),
  rule: Type.String({ description: 'The criterion, e.g. `RGAA 11.1`, or `workflow`' }),
  text: { ...Texts, description: 'What to do' },
});
export type Finding = Value<typeof Finding>;
