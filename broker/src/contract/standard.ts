import { byName, contract, dateTime, flag, Type, text, type Value, wholeNumber } from '@alzette/kit/contract';
import { STANDARD } from './paths.ts';

const Texts = Type.Array(Type.String());
const StoredContext = Type.Object({
  URL: Type.String(),
  localId: Type.Optional(Type.String()),
  kind: Type.Optional(Type.String()),
  timestamp: Type.Optional(Type.String()),
});
const Subscription = Type.Object({
  id: Type.String(),
  description: Type.Optional(Type.String()),
  status: Type.Optional(Type.String()),
  isActive: Type.Optional(Type.Boolean()),
  entities: Type.Optional(
    Type.Array(Type.Object({ type: Type.Optional(Type.String()), id: Type.Optional(Type.String()) })),
  ),
  watchedAttributes: Type.Optional(Texts),
  notification: Type.Object({ endpoint: Type.Object({ uri: Type.String() }) }),
});
const Information = Type.Array(
  Type.Object({
    entities: Type.Optional(
      Type.Array(Type.Object({ type: Type.Optional(Type.Unsafe<string | readonly string[]>({})) })),
    ),
  }),
);
const Registration = Type.Object({
  id: Type.String(),
  endpoint: Type.String(),
  mode: Type.Optional(Type.String()),
  status: Type.Optional(Type.String()),
  timesSent: Type.Optional(Type.Integer()),
  timesFailed: Type.Optional(Type.Integer()),
  information: Type.Optional(Information),
});

const ALL = { access: 'administer' } as const;
const BY_ID = { ...ALL, params: { id: text({ max: 2000 }) }, answers: { 204: null } } as const;
const LONG = text({ max: 10_000 });
const TEMPORAL = {
  attrs: LONG,
  timerel: LONG,
  timeAt: dateTime(),
  endTimeAt: dateTime(),
  lastN: wholeNumber({ min: 1, max: 100_000 }),
  format: LONG,
  options: LONG,
  aggrMethods: LONG,
  aggrPeriodDuration: LONG,
};
const Entity = Type.Unsafe<{ readonly id: string } & Readonly<Record<string, unknown>>>({ type: 'object' });
const Attribute = Type.Object({ attributeName: Type.String(), attributeTypes: Texts });
const LIMIT = { limit: wholeNumber({ min: 0, max: 1000 }) };

/** A part of what the standard defines, for typed calls: the broker reads these requests by the standard's own clauses. */
export const standardContract = contract(STANDARD, {
  entities: {
    access: 'read',
    summary: 'Entities near a place, the nearest first',
    query: {
      type: LONG,
      geometry: LONG,
      coordinates: LONG,
      georel: LONG,
      pick: LONG,
      orderBy: LONG,
      orderFrom: LONG,
      orderGeometry: LONG,
      ...LIMIT,
    },
    answers: { 200: Type.Array(Entity) },
  },
  histories: {
    access: 'read',
    summary: 'Entities with their values in a period',
    query: { ...TEMPORAL, ...LIMIT, type: LONG, id: LONG },
    answers: { 200: Type.Array(Entity) },
  },
  history: {
    access: 'read',
    summary: 'The values of an entity in a period, or sums of them',
    params: { id: LONG },
    query: TEMPORAL,
    answers: { 200: byName(Type.Unknown()) },
  },
  types: { access: 'read', summary: 'The types of entities', answers: { 200: Type.Object({ typeList: Texts }) } },
  type: {
    access: 'read',
    summary: 'The attributes of a type',
    params: { type: LONG },
    answers: { 200: Type.Object({ attributeDetails: Type.Array(Attribute) }) },
  },
  attributes: {
    access: 'read',
    summary: 'The attributes of entities',
    answers: { 200: Type.Object({ attributeList: Texts }) },
  },
  contexts: {
    ...ALL,
    summary: 'The stored @contexts',
    query: { details: flag() },
    answers: { 200: Type.Array(StoredContext) },
  },
  deleteContext: { ...BY_ID, summary: 'Deletes a stored @context' },
  subscriptions: { ...ALL, summary: 'The subscriptions', query: LIMIT, answers: { 200: Type.Array(Subscription) } },
  changeSubscription: {
    ...BY_ID,
    summary: 'Changes a subscription',
    body: Type.Object({ isActive: Type.Optional(Type.Boolean()) }),
    example: { params: { id: 'urn:ngsi-ld:Subscription:1' }, body: { isActive: false } },
  },
  deleteSubscription: { ...BY_ID, summary: 'Deletes a subscription' },
  registrations: {
    ...ALL,
    summary: 'The registered context sources',
    query: { ...LIMIT, idPattern: text() },
    answers: { 200: Type.Array(Registration) },
  },
  createRegistration: {
    ...ALL,
    summary: 'Registers a context source',
    body: Type.Object({ type: Type.String(), endpoint: Type.String(), information: Information }),
    answers: { 201: null },
    example: {
      body: {
        type: 'ContextSourceRegistration',
        endpoint: 'https://broker.example.org',
        information: [{ entities: [{ type: 'Streetlight' }] }],
      },
    },
  },
  deleteRegistration: { ...BY_ID, summary: 'Deletes the registration of a context source' },
});

export type StandardContract = typeof standardContract;
export type StoredContext = Value<typeof StoredContext>;
export type Subscription = Value<typeof Subscription>;
export type Registration = Value<typeof Registration>;
