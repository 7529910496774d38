import {
  byName,
  contract,
  dateTime,
  listOf,
  object,
  oneOf,
  Type,
  uri,
  type Value,
  variants,
} from '@alzette/kit/contract';
import { ALARMS } from './paths.ts';
import { AlarmOutcome, Instant, JournalEntry, Location, OneOrMore, ofEntity, PAGE, SCOPE, WORD } from './records.ts';
import { SEVERITIES } from './setup.ts';

export const STATUSES = [
  'active',
  'acknowledged',
  'inProgress',
  'shelved',
  'suppressed',
  'cleared',
  'withdrawn',
  'closed',
] as const;
export const MAX_AT_ONCE = 200;

const Reference = Type.String({ format: 'uri', maxLength: 2000 });
const Comment = Type.String({ minLength: 1, maxLength: 5000 });
const Id = Type.String({ format: 'uri', maxLength: 500 });

/** An act of a person on an alarm. */
export const PersonAct = variants('act', {
  acknowledge: object({}),
  start: object({}),
  /** Takes back what was done less than a minute ago. */
  undo: object({ of: Type.Enum(['acknowledge', 'start']) }),
  shelve: object({ until: Instant, reason: Type.Optional(Comment) }),
  unshelve: object({}),
  clear: object({}),
  close: object({}),
  reopen: object({}),
  assign: object({
    assignee: Type.Unsafe<string | null>({ type: ['string', 'null'], minLength: 1, maxLength: 200 }),
  }),
  comment: object({ text: Comment }),
  attach: object({ url: Reference, title: Type.Optional(Type.String({ maxLength: 200 })) }),
  /** To a report, a work order or both. */
  link: object({ serviceRequest: Type.Optional(Reference), workOrder: Type.Optional(Reference) }),
});

/** An alarm as a person enters it. */
const NewAlarm = object({
  id: Type.Optional(Type.String({ pattern: '^urn:ngsi-ld:Alert:[A-Za-z0-9._:-]{1,200}$' })),
  severity: Type.Enum(SEVERITIES),
  category: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9]{0,63}$' }),
  text: Type.String({ minLength: 1, maxLength: 1000 }),
  about: Type.Optional(Type.Array(Id, { maxItems: 100, uniqueItems: true })),
  location: Type.Optional(Location),
});

/** What a rule saw. */
const Evidence = object({
  from: Instant,
  to: Instant,
  values: Type.Array(
    object({ attr: Type.String(), at: Instant, value: Type.Unknown(), unitCode: Type.Optional(Type.String()) }),
  ),
  condition: Type.String(),
});

const AlarmRecord = Type.Object(
  {
    id: Type.String(),
    severity: ofEntity(Type.Enum(SEVERITIES)),
    status: ofEntity(Type.Enum(STATUSES)),
    description: ofEntity(Type.String()),
    data: ofEntity(
      object({
        text: Type.Optional(byName(Type.String())),
        rule: Type.Optional(object({ id: Type.String(), version: Type.Integer(), name: Type.String() })),
        cause: Type.Optional(Type.String()),
        evidence: Type.Optional(Evidence),
      }),
    ),
    about: ofEntity(OneOrMore),
    dateIssued: Type.Optional(Type.Unknown()),
    lastOccurrence: Type.Optional(Type.Unknown()),
    occurrences: ofEntity(Type.Integer()),
    assignee: ofEntity(Type.String()),
    scope: ofEntity(OneOrMore),
    refWorkOrder: ofEntity(OneOrMore),
    location: ofEntity(Location),
  },
  { description: 'An Alert in simplified form; it may have other attributes' },
);

const Counts = byName(Type.Integer());
const Acted = object({ isChanged: Type.Boolean(), version: Type.Integer() });
const Created = object({ id: Type.String() });
const OF_ALARM = { params: { id: uri() } } as const;
const EXAMPLE_ID = { id: 'urn:ngsi-ld:Alert:lamp-12' };

/** Alarms, and the acts of people on them. */
export const alarmContract = contract(ALARMS, {
  list: {
    access: 'read',
    summary: 'Alarms, newest first; by default those that are neither closed nor withdrawn',
    query: {
      status: listOf(oneOf(STATUSES), { max: STATUSES.length }),
      severity: listOf(oneOf(SEVERITIES), { max: SEVERITIES.length }),
      category: listOf(WORD, { max: 20 }),
      about: uri(),
      rule: uri(),
      assignee: WORD,
      scope: SCOPE,
      since: dateTime(),
      until: dateTime(),
      overdue: oneOf(['acknowledge', 'resolve']),
      ...PAGE,
    },
    answers: { 200: object({ alarms: Type.Array(AlarmRecord), count: Type.Integer() }) },
  },
  counts: {
    access: 'read',
    summary: 'The number of alarms by status, and of open alarms by severity and missed deadline',
    query: { scope: SCOPE },
    answers: { 200: object({ status: Counts, severity: Counts, overdue: Counts }) },
  },
  raise: {
    access: 'write',
    summary: 'Raises an alarm by hand',
    body: NewAlarm,
    answers: { 200: Created, 201: Created },
    example: { body: { severity: 'high', category: 'lighting', text: 'Mât couché sur la chaussée' } },
  },
  one: {
    ...OF_ALARM,
    access: 'read',
    summary: 'One alarm with its journal, which is for who may read all of its attributes',
    answers: {
      200: object({
        alarm: AlarmRecord,
        journal: Type.Array(JournalEntry),
        hidden: Type.Optional(Type.Array(Type.Enum(['journal']))),
      }),
    },
  },
  act: {
    ...OF_ALARM,
    access: 'write',
    summary: 'Acknowledges, shelves, clears, assigns, comments on or closes an alarm, once per Idempotency-Key',
    body: PersonAct,
    answers: { 200: Acted },
    example: { params: EXAMPLE_ID, body: { act: 'acknowledge' } },
  },
  actOnSeveral: {
    access: 'write',
    summary: `Applies one act to up to ${MAX_AT_ONCE} alarms, with a result for each`,
    body: object({
      alarms: Type.Array(Id, { minItems: 1, maxItems: MAX_AT_ONCE, uniqueItems: true }),
      act: PersonAct,
    }),
    answers: { 200: object({ results: Type.Array(AlarmOutcome) }) },
    example: { body: { alarms: [EXAMPLE_ID.id], act: { act: 'close' } } },
  },
});

export type AlarmContract = typeof alarmContract;
export type AlarmRecord = Value<typeof AlarmRecord>;
export type AlarmStatus = (typeof STATUSES)[number];
export type NewAlarm = Value<typeof NewAlarm>;
export type PersonAct = Value<typeof PersonAct>;
export type Evidence = Value<typeof Evidence>;
