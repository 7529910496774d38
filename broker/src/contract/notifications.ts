import { contract, dateTime, object, Type, text, type Value, wholeNumber } from '@alzette/kit/contract';
import { Count, Instant } from './access.ts';
import { NOTIFICATIONS } from './paths.ts';

const InstantOrNull = Type.Union([Instant, Type.Null()]);
const Endpoint = object(
  {
    endpoint: Type.String(),
    tenant: Type.String({ description: 'Each tenant has its own queue for an endpoint; empty: the default tenant' }),
    circuit: Type.Enum(['closed', 'open', 'half-open']),
    failures: Count,
    retryAt: Type.Optional(Instant),
    lastError: Type.Optional(Type.String()),
    waiting: Count,
  },
  'An endpoint as this process sees it',
);
const Ledger = object({
  subscriptionId: Type.String(),
  sent: Count,
  failed: Count,
  replayed: Count,
  owed: Count,
  oldestOwedAt: InstantOrNull,
  dead: Count,
  lastNotification: InstantOrNull,
  lastSuccess: InstantOrNull,
  lastFailure: InstantOrNull,
  endpoint: Type.Union([Endpoint, Type.Null()]),
});
const Source = object({
  subscriptionId: Type.String(),
  registrationId: Type.String(),
  confirmed: Type.Boolean({ description: 'Whether the source has a copy' }),
  error: Type.Optional(Type.String({ description: 'Why the source could not be updated' })),
  failingSince: Type.Optional(Instant),
});
const DeadLetter = object({
  id: Type.String({ format: 'uuid' }),
  subscriptionId: Type.String(),
  entityId: Type.String({ description: 'Empty for a periodic notification (timeInterval)' }),
  attempts: Count,
  lastError: Type.Union([Type.String(), Type.Null()]),
  createdAt: Instant,
  diedAt: Instant,
});

const PAGE = {
  limit: wholeNumber({ min: 1, max: 1000, default: 100 }),
  offset: wholeNumber({ min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 }),
};
const FILTER = { id: text(), subscriptionId: text({ max: 2000 }), since: dateTime(), before: dateTime() };
const GivenFilter = Type.Object(
  {
    id: Type.Optional(Type.String()),
    subscriptionId: Type.Optional(Type.String()),
    since: Type.Optional(Type.String({ description: 'Changes from this time on' })),
    before: Type.Optional(Type.String({ description: 'Changes before this time' })),
  },
  { minProperties: 1, additionalProperties: false },
);
const BY_ID = { access: 'administer', params: { id: text({ max: 2000 }) } } as const;

/** Delivery statistics of each subscription of the tenant, the state of endpoints, and dead letters. */
export const notificationContract = contract(NOTIFICATIONS, {
  ledgers: {
    access: 'administer',
    summary: 'Sent, failed, pending and dead notifications of each subscription of the tenant',
    query: PAGE,
    answers: { 200: object({ subscriptions: Type.Array(Ledger) }) },
  },
  ledger: {
    ...BY_ID,
    summary: 'Sent, failed, pending and dead notifications of one subscription',
    answers: { 200: Ledger },
  },
  endpoints: {
    access: 'administerAll',
    summary: 'The state of the notification endpoints',
    answers: { 200: object({ endpoints: Type.Array(Endpoint) }) },
  },
  sources: {
    access: 'administer',
    summary: 'The copies of subscriptions at context sources, with errors',
    query: PAGE,
    answers: { 200: object({ sources: Type.Array(Source) }) },
  },
  deadLetters: {
    access: 'administer',
    summary: 'The dead letters: notifications that were given up',
    query: { ...FILTER, ...PAGE },
    answers: { 200: object({ total: Count, deadLetters: Type.Array(DeadLetter) }) },
  },
  replay: {
    access: 'administer',
    summary: 'Replays dead letters: one, or all that match the given members',
    body: GivenFilter,
    answers: { 200: object({ replayed: Count }) },
    example: { body: { since: '2026-01-15T18:30:00Z' } },
  },
  drop: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Deletes the dead letters that match all given parameters, at least one',
    query: FILTER,
    answers: { 200: object({ dropped: Count }) },
  },
  dropOne: { ...BY_ID, audited: { values: 'above' }, summary: 'Deletes one dead letter', answers: { 204: null } },
});

export type NotificationContract = typeof notificationContract;
export type EndpointState = Value<typeof Endpoint>;
export type Ledger = Value<typeof Ledger>;
export type Source = Value<typeof Source>;
export type DeadLetter = Value<typeof DeadLetter>;
