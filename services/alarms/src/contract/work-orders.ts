import {
  contract,
  dateTime,
  listOf,
  object,
  oneOf,
  type Static,
  Type,
  uri,
  type Value,
  variants,
} from '@alzette/kit/contract';
import { WORK_ORDERS } from './paths.ts';
import { Instant, JournalEntry, KeyedOutcome, Location, OneOrMore, ofEntity, PAGE, SCOPE, WORD } from './records.ts';

export const WORK_ORDER_STATUSES = [
  'open',
  'assigned',
  'inProgress',
  'onHold',
  'completed',
  'closed',
  'cancelled',
] as const;
export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;

const Name = Type.String({ minLength: 1, maxLength: 200 });
const Long = Type.String({ minLength: 1, maxLength: 5000 });
const Reference = Type.String({ format: 'uri', maxLength: 2000 });
const References = Type.Array(Reference, { maxItems: 200, uniqueItems: true });
const ItemId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
/** Also one level of a scope, which policies use to name the members of the organisation. */
const Organisation = Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' });
const Checklist = Type.Array(object({ id: ItemId, label: Name }), { maxItems: 100 });
const orNull = (schema: { readonly type: string }) =>
  Type.Optional(Type.Unsafe<string | null>({ ...schema, type: [schema.type, 'null'] }));

const NewWorkOrder = object({
  id: Type.Optional(Type.String({ pattern: '^urn:ngsi-ld:WorkOrder:[A-Za-z0-9._:-]{1,200}$' })),
  name: Type.Optional(Name),
  description: Type.Optional(Long),
  priority: Type.Optional(Type.Enum(PRIORITIES)),
  about: Type.Optional(References),
  location: Type.Optional(Location),
  dueDate: Type.Optional(Instant),
  organisation: Type.Optional(Organisation),
  assignee: Type.Optional(Name),
  checklist: Type.Optional(Checklist),
  needsSignature: Type.Optional(Type.Boolean()),
  alarms: Type.Optional(
    Type.Array(Reference, { maxItems: 200, uniqueItems: true, description: 'Those that it resolves' }),
  ),
  serviceRequests: Type.Optional(References),
});

/** An act on a work order. */
export const WorkOrderAct = variants('act', {
  start: object({}),
  close: object({}),
  reopen: object({}),
  hold: object({ reason: Long }),
  cancel: object({ reason: Long }),
  assign: object({ organisation: orNull(Organisation), assignee: orNull(Name) }),
  check: object({ item: ItemId, done: Type.Boolean() }),
  time: object({
    minutes: Type.Integer({ minimum: 1, maximum: 24 * 60 }),
    date: Type.String({ format: 'date' }),
  }),
  photo: object({ url: Reference, title: Type.Optional(Name) }),
  comment: object({ text: Long }),
  complete: object({
    outcome: Type.Optional(Long),
    signature: Type.Optional(object({ name: Name, image: Type.Optional(Reference) })),
  }),
  edit: object({
    name: Type.Optional(Name),
    description: orNull(Long),
    priority: Type.Optional(Type.Enum(PRIORITIES)),
    dueDate: orNull(Instant),
    checklist: Type.Optional(Checklist),
  }),
});

/** An act that was done offline and is sent when the device is online again. */
const OfflineAct = object({
  key: Type.String({
    pattern: '^[A-Za-z0-9._:-]{1,128}$',
    description: 'The device’s own id of the act; the same key is applied once',
  }),
  at: Type.Optional(Type.String({ format: 'date-time', description: 'When it was done, by the device’s clock' })),
  version: Type.Optional(
    Type.Integer({
      minimum: 1,
      description:
        'The version of the order that the device knew. A different version is a conflict if the act would overwrite.',
    }),
  ),
  // Whoever serves it checks it: one that is wrong is refused without the others.
  act: Type.Unsafe<Static<typeof WorkOrderAct>>({
    anyOf: [WorkOrderAct, { type: 'object', description: 'Another one is refused without the others' }],
  }),
});

const ChecklistItem = object({ id: ItemId, label: Name, done: Type.Optional(Type.Boolean()) });
type ChecklistItem = Static<typeof ChecklistItem>;
const Items = Type.Unsafe<ChecklistItem | ChecklistItem[]>({ anyOf: [ChecklistItem, Type.Array(ChecklistItem)] });

const WorkOrderRecord = Type.Object(
  {
    id: Type.String(),
    version: Type.Integer({ description: 'Of its record' }),
    name: ofEntity(Type.String()),
    description: ofEntity(Type.String()),
    status: ofEntity(Type.Enum(WORK_ORDER_STATUSES)),
    priority: ofEntity(Type.Enum(PRIORITIES)),
    location: ofEntity(Location),
    about: ofEntity(OneOrMore),
    dateIssued: Type.Optional(Type.Unknown()),
    dueDate: Type.Optional(Type.Unknown()),
    organisation: ofEntity(Type.String()),
    assignee: ofEntity(Type.String()),
    minutesSpent: ofEntity(Type.Number()),
    photo: ofEntity(OneOrMore),
    checklist: ofEntity(Items),
    refAlert: ofEntity(OneOrMore),
  },
  { description: 'A WorkOrder in simplified form; it may have other attributes' },
);

const Kept = object({ id: Type.String(), version: Type.Integer() });
const OF_ORDER = { params: { id: uri() } } as const;

/** What is to be done, by whom. Phones send acts that were done offline when they are online again. */
export const workOrderContract = contract(WORK_ORDERS, {
  list: {
    access: 'read',
    summary: 'Work orders by due time; by default the open ones',
    query: {
      status: listOf(oneOf(WORK_ORDER_STATUSES), { max: WORK_ORDER_STATUSES.length }),
      priority: listOf(oneOf(PRIORITIES), { max: PRIORITIES.length }),
      organisation: WORD,
      assignee: WORD,
      about: uri(),
      alarm: uri(),
      scope: SCOPE,
      dueBefore: dateTime(),
      ...PAGE,
    },
    answers: { 200: object({ workOrders: Type.Array(WorkOrderRecord), count: Type.Integer() }) },
  },
  make: {
    access: 'write',
    summary: 'Creates a work order, by hand or from alarms; only once for an id that the client gives',
    body: NewWorkOrder,
    answers: { 200: Kept, 201: Kept },
    example: { body: { name: 'Vérifier l’armoire', checklist: [{ id: 'fuse', label: 'Fusible' }] } },
  },
  one: {
    ...OF_ORDER,
    access: 'read',
    summary: 'One work order; with times, signature and journal for who may read all of its attributes',
    answers: {
      200: object({
        workOrder: WorkOrderRecord,
        needsSignature: Type.Boolean(),
        mayClose: Type.Boolean({
          description: 'Whether the reader may close, reopen and cancel it: no contractor may',
        }),
        times: Type.Array(
          object({
            minutes: Type.Integer(),
            date: Type.String({ format: 'date' }),
            by: Type.String({ description: 'The name in the audit' }),
          }),
        ),
        signature: Type.Optional(object({ name: Type.String(), at: Instant, image: Type.Optional(Reference) })),
        journal: Type.Array(JournalEntry),
        hidden: Type.Optional(Type.Array(Type.Enum(['times', 'signature', 'journal']))),
      }),
    },
  },
  act: {
    ...OF_ORDER,
    access: 'write',
    summary: 'Applies acts to a work order in the given order, each with its own idempotency key and result',
    body: object({ acts: Type.Array(OfflineAct, { minItems: 1, maxItems: 200 }) }),
    answers: { 200: object({ results: Type.Array(KeyedOutcome), version: Type.Integer() }) },
    example: {
      params: { id: 'urn:ngsi-ld:WorkOrder:lamp-12' },
      body: { acts: [{ key: 'phone-1', act: { act: 'start' } }] },
    },
  },
});

export type WorkOrderContract = typeof workOrderContract;
export type WorkOrderRecord = Value<typeof WorkOrderRecord>;
export type WorkOrderStatus = (typeof WORK_ORDER_STATUSES)[number];
export type Priority = (typeof PRIORITIES)[number];
export type NewWorkOrder = Value<typeof NewWorkOrder>;
export type WorkOrderAct = Value<typeof WorkOrderAct>;
export type OfflineAct = Value<typeof OfflineAct>;
