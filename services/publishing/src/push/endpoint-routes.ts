import { bodyReader, object, TEXT } from '@alzette/kit/bodies';
import { readPath, text } from '@alzette/kit/parameters';
import { missing, Problem, refused } from '@alzette/kit/problems';
import { type AddressLimit, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { PublishingParts } from '../parts.ts';
import { LANGUAGES } from '../ports.ts';
import {
  type Address,
  confirmEndpoint,
  deleteEndpoint,
  findWishes,
  saveEndpoint,
  updateWishes,
  type Wishes,
} from './endpoints.ts';

const KEY = { type: 'string', pattern: '^[A-Za-z0-9_-]+={0,2}$', minLength: 16, maxLength: 200 };
const TIME = { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' };
const TOPICS = {
  type: 'array',
  items: {
    type: 'string',
    pattern: '^[a-z]{2,20}[@:][A-Za-z0-9_./:-]{1,100}$',
    description: 'news@villerupt, report:…',
  },
  maxItems: 200,
};
const WISHES = {
  topics: TOPICS,
  language: { enum: LANGUAGES },
  quiet: object({ from: TIME, to: TIME }, ['from', 'to']),
};
type GivenEndpoint = Wishes & {
  readonly subscription?: {
    readonly endpoint: string;
    readonly keys: { readonly p256dh: string; readonly auth: string };
  };
  readonly device?: { readonly provider: 'fcm' | 'apns'; readonly token: string };
};
const readEndpoint = bodyReader<GivenEndpoint>(
  object(
    {
      ...WISHES,
      subscription: {
        type: 'object',
        properties: {
          endpoint: { type: 'string', format: 'uri', maxLength: 2000 },
          keys: object({ p256dh: KEY, auth: KEY }, ['p256dh', 'auth']),
        },
        required: ['endpoint', 'keys'],
      },
      device: object(
        { provider: { enum: ['fcm', 'apns'] }, token: { type: 'string', pattern: '^[A-Za-z0-9:_-]{16,400}$' } },
        ['provider', 'token'],
      ),
    },
    ['topics', 'language'],
  ),
);
const readWishes = bodyReader<Wishes>(object(WISHES, ['topics', 'language']));
const readChange = bodyReader<{ add?: readonly string[]; remove?: readonly string[] }>(
  object({ add: TOPICS, remove: TOPICS }),
);
const readConfirmation = bodyReader<{ token: string }>(
  object({ token: { type: 'string', maxLength: 100 } }, ['token']),
);
const MAX_TOPICS = 200;
const BY_ID = { id: text({ max: 18, pattern: /^\d{1,18}$/, expected: 'digits', required: true }) };
const BY_SECRET = 'authorization: "Device " and the secret that was returned when the device was added';

// Longer than 80 lines: routes that share how an endpoint proves itself.
/** `/citizen/v1/push`: devices subscribe anonymously. */
export function endpointRoutes(scope: FastifyInstance, parts: PublishingParts, limit: AddressLimit): void {
  const { db, secrets, webPush } = parts;

  scope.get(
    '/push/key',
    operation({
      access: 'nothing',
      summary: 'The public key for push subscriptions of browsers (VAPID)',
      answer: object({ key: TEXT }),
    }),
    () => ({ key: webPush.publicKey() }),
  );
  scope.post(
    '/push/endpoints',
    operation({
      access: 'nothing',
      summary:
        'Registers a device for topics; its secret is returned only once. A browser then confirms its first message',
      body: readEndpoint.schema,
      answer: object({ id: TEXT, secret: TEXT }),
    }),
    async (request, reply) => {
      const { subscription, device, ...wishes } = readEndpoint(request.body);
      limit.take(request.ip);
      const address = addressOf(subscription, device);
      if (address.provider === 'web') {
        const objection = await webPush.objectionTo(address.subscription.endpoint);
        if (objection !== undefined) {
          throw refused('subscription.endpoint', address.subscription.endpoint, `another URL: ${objection}`);
        }
      }
      const saved = await saveEndpoint(db, secrets, request.tenant, address, wishes);
      parts.wake();
      return reply.code(201).send(saved);
    },
  );
  scope.post(
    '/push/endpoints/:id/confirmation',
    operation({
      access: 'nothing',
      summary: 'Confirms a browser by the token in the first message to it; before, it gets no other',
      body: readConfirmation.schema,
    }),
    async (request, reply) => {
      const { id } = readPath(request, BY_ID);
      const { token } = readConfirmation(request.body);
      if (!(await confirmEndpoint(db, request.tenant, id, token))) throw missing('unconfirmed endpoint', id);
      return reply.code(204).send();
    },
  );
  scope.get(
    '/push/endpoints/:id',
    operation({ access: 'nothing', summary: `The topics of a device; ${BY_SECRET}` }),
    async (request) => (await own(request)).wishes,
  );
  scope.put(
    '/push/endpoints/:id',
    operation({
      access: 'nothing',
      summary: `Replaces the topics of a device; ${BY_SECRET}`,
      body: readWishes.schema,
    }),
    async (request, reply) => {
      const { id } = await own(request);
      await updateWishes(db, request.tenant, id, readWishes(request.body));
      return reply.code(204).send();
    },
  );
  scope.post(
    '/push/endpoints/:id/topics',
    operation({
      access: 'nothing',
      summary: `Adds and removes topics of a device; ${BY_SECRET}`,
      body: readChange.schema,
      answer: object({ topics: TOPICS }),
    }),
    async (request) => {
      const { id, wishes } = await own(request);
      const { add = [], remove = [] } = readChange(request.body);
      const topics = [...new Set([...wishes.topics, ...add])].filter((topic) => !remove.includes(topic));
      if (topics.length > MAX_TOPICS) throw refused('add', add.length, `at most ${MAX_TOPICS} topics together`);
      await updateWishes(db, request.tenant, id, { ...wishes, topics });
      return { topics };
    },
  );
  scope.delete(
    '/push/endpoints/:id',
    operation({ access: 'nothing', summary: `Deletes a device; ${BY_SECRET}` }),
    async (request, reply) => {
      await deleteEndpoint(db, request.tenant, (await own(request)).id);
      return reply.code(204).send();
    },
  );

  /** @throws Problem 401, 404 */
  async function own(request: FastifyRequest): Promise<{ id: string; wishes: Wishes }> {
    const { id } = readPath(request, BY_ID);
    const secret = /^Device ([A-Za-z0-9_-]{20,100})$/.exec(request.headers.authorization ?? '')?.[1];
    if (secret === undefined) throw new Problem(401, 'Unauthorized', `Expected ${BY_SECRET}`);
    const wishes = await findWishes(db, request.tenant, id, secret);
    if (wishes === undefined) throw missing('endpoint', id);
    return { id, wishes };
  }
}

/** @throws Problem 400: neither of the two, or both */
function addressOf(subscription: GivenEndpoint['subscription'], device: GivenEndpoint['device']): Address {
  if (subscription !== undefined && device === undefined) {
    const { endpoint, keys } = subscription;
    return { provider: 'web', subscription: { endpoint, keys } };
  }
  if (device !== undefined && subscription === undefined) return device;
  throw refused('subscription', subscription && 'a subscription and a device', 'one of subscription and device');
}
