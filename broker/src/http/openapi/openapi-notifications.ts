import type { RouteDescription } from './route-description.ts';

const count = { type: 'integer', minimum: 0 };
const time = { type: 'string', format: 'date-time' };
const timeOrNone = { type: ['string', 'null'], format: 'date-time' };
const object = (properties: object) => ({ type: 'object', properties, required: Object.keys(properties) });
const list = (items: object) => ({ type: 'array', items });

const ENDPOINT = {
  type: 'object',
  description: 'An endpoint as this process sees it',
  properties: {
    endpoint: { type: 'string' },
    tenant: { type: 'string', description: 'Each tenant has its own queue for an endpoint; "" is the default tenant' },
    circuit: { enum: ['closed', 'open', 'half-open'] },
    failures: count,
    retryAt: time,
    lastError: { type: 'string' },
    waiting: count,
  },
  required: ['endpoint', 'tenant', 'circuit', 'failures', 'waiting'],
};

const LEDGER = object({
  subscriptionId: { type: 'string', format: 'uri' },
  sent: count,
  failed: count,
  replayed: count,
  owed: count,
  oldestOwedAt: timeOrNone,
  dead: count,
  lastNotification: timeOrNone,
  lastSuccess: timeOrNone,
  lastFailure: timeOrNone,
  endpoint: { anyOf: [ENDPOINT, { type: 'null' }] },
});

const SOURCE = {
  type: 'object',
  properties: {
    subscriptionId: { type: 'string', format: 'uri' },
    registrationId: { type: 'string', format: 'uri' },
    confirmed: { type: 'boolean', description: 'Whether the source has a copy' },
    error: { type: 'string', description: 'Why the source could not be updated' },
    failingSince: time,
  },
  required: ['subscriptionId', 'registrationId', 'confirmed'],
};

const DEAD_LETTER = object({
  id: { type: 'string', format: 'uuid' },
  subscriptionId: { type: 'string', format: 'uri' },
  entityId: { type: 'string', description: 'Empty for a periodic notification (timeInterval)' },
  attempts: count,
  lastError: { type: ['string', 'null'] },
  createdAt: time,
  diedAt: time,
});

const FILTER = {
  id: { type: 'string', format: 'uuid' },
  subscriptionId: { type: 'string', format: 'uri' },
  since: { ...time, description: 'Changes from this time on' },
  before: { ...time, description: 'Changes before this time' },
};

const PAGE = { limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 }, offset: { ...count, default: 0 } };

/** The descriptions of `/ops/notifications`. */
export const NOTIFICATION_OPERATIONS = {
  ledgers: {
    summary: 'Sent, failed, pending and dead notifications of each subscription of the tenant',
    query: PAGE,
    answer: object({ subscriptions: list(LEDGER) }),
  },
  ledger: { summary: 'Sent, failed, pending and dead notifications of one subscription', answer: LEDGER },
  endpoints: { summary: 'The state of the notification endpoints', answer: object({ endpoints: list(ENDPOINT) }) },
  sources: {
    summary: 'The copies of subscriptions at context sources, with errors',
    query: PAGE,
    answer: object({ sources: list(SOURCE) }),
  },
  deadLetters: {
    summary: 'The dead letters: notifications that were given up',
    query: { ...FILTER, ...PAGE },
    answer: object({ total: count, deadLetters: list(DEAD_LETTER) }),
  },
  replay: {
    summary: 'Replays dead letters: one, or all that match the given members',
    body: { type: 'object', properties: FILTER, minProperties: 1, additionalProperties: false },
    example: { since: '2026-01-15T18:30:00Z' },
    answer: object({ replayed: count }),
  },
  drop: {
    summary: 'Deletes the dead letters that match all given parameters, at least one',
    query: FILTER,
    answer: object({ dropped: count }),
  },
  dropOne: { summary: 'Deletes one dead letter' },
} satisfies { readonly [name: string]: RouteDescription };
