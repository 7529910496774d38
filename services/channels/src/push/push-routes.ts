import { createHash } from 'node:crypto';
import type { Caller } from '@alzette/kit/access';
import { bodyReader, object, TEXT } from '@alzette/kit/bodies';
import { LANGUAGES, type Language } from '@alzette/kit/languages';
import { forEveryone, OF_SENDER } from '@alzette/kit/objects';
import { readPath, text } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance } from 'fastify';
import { findEntry, listEntries, saveEntry } from '../entries/entries.ts';
import type { Recipient } from '../entries/recipient.ts';
import type { ChannelParts } from '../parts.ts';
import {
  deletePushSubscription,
  endpointHash,
  type PushSubscription,
  pushAddresses,
  savePushSubscription,
} from './subscriptions.ts';

const KEY = { type: 'string', pattern: '^[A-Za-z0-9_-]+={0,2}$', minLength: 16, maxLength: 200 };
const readSubscription = bodyReader<{ subscription: PushSubscription; name?: string; language?: Language }>(
  object(
    {
      subscription: {
        type: 'object',
        properties: {
          endpoint: { type: 'string', format: 'uri', maxLength: 2000 },
          keys: object({ p256dh: KEY, auth: KEY }, ['p256dh', 'auth']),
        },
        required: ['endpoint', 'keys'],
      },
      name: TEXT,
      language: { enum: LANGUAGES },
    },
    ['subscription'],
  ),
);
const MAX_BROWSERS = 10;

/** `/channels/push`: users subscribe their own browsers. */
export function pushRoutes(scope: FastifyInstance, parts: ChannelParts, given: ServiceContext): void {
  const { db, secrets, vapid, outgoing } = parts;

  scope.get(
    '/push/key',
    operation({
      access: 'subscribe',
      objects: forEveryone('the key of the site is public'),
      summary: 'The public key for push subscriptions (VAPID)',
      answer: object({ key: TEXT }),
    }),
    () => ({ key: vapid.publicKey }),
  );
  scope.get(
    '/push/subscriptions',
    operation({
      access: 'subscribe',
      objects: OF_SENDER,
      summary: 'The user’s subscribed browsers, and the user’s recipient',
      answer: object({ recipient: TEXT, subscriptions: { type: 'array', items: TEXT } }),
    }),
    async (request) => {
      const caller = given.callerOf(request);
      const recipient = await ownRecipient(parts, caller);
      const subscriptions = recipient === undefined ? [] : await pushAddresses(db, caller.tenant, recipient);
      return { ...(recipient !== undefined && { recipient }), subscriptions };
    },
  );
  scope.post(
    '/push/subscriptions',
    operation({
      access: 'subscribe',
      objects: OF_SENDER,
      summary: 'Subscribes a browser of the user',
      body: readSubscription.schema,
      answer: object({ id: TEXT, recipient: TEXT }),
    }),
    async (request, reply) => {
      const caller = given.callerOf(request);
      const { subscription, name, language } = readSubscription(request.body);
      const verdict = await outgoing.check(subscription.endpoint, ['https:']); // RFC 8030, 2
      if (!verdict.allowed)
        throw refused('subscription.endpoint', subscription.endpoint, `another URL: ${verdict.reason}`);
      const recipient = (await ownRecipient(parts, caller)) ?? (await makeRecipient(parts, caller, name, language));
      const hashes = await pushAddresses(db, caller.tenant, recipient);
      const isKnown = hashes.includes(endpointHash(subscription.endpoint));
      if (!isKnown && hashes.length >= MAX_BROWSERS) {
        throw refused('subscription', subscription.endpoint, `at most ${MAX_BROWSERS} browsers; delete another first`);
      }
      const { endpoint, keys } = subscription;
      const id = await savePushSubscription(db, secrets, caller.tenant, recipient, { endpoint, keys });
      return reply.code(201).send({ id, recipient });
    },
  );
  scope.delete(
    '/push/subscriptions/:id',
    operation({ access: 'subscribe', objects: OF_SENDER, summary: 'Unsubscribes a browser of the user' }),
    async (request, reply) => {
      const caller = given.callerOf(request);
      const { id } = readPath(request, { id: text({ max: 64, required: true }) });
      const recipient = await ownRecipient(parts, caller);
      if (recipient === undefined || !(await deletePushSubscription(db, caller.tenant, recipient, id))) {
        throw missing('subscription', id);
      }
      return reply.code(204).send();
    },
  );
}

/** The recipient of an account: assigned by an administrator, or created for the account. */
async function ownRecipient({ db }: ChannelParts, { tenant, subject }: Caller): Promise<string | undefined> {
  const made = recipientIdOf(subject);
  if ((await findEntry<Recipient>(db, tenant, 'recipient', made)) !== undefined) return made;
  const all = await listEntries<Recipient>(db, tenant, 'recipient');
  return subject === '' ? undefined : all.find(({ document }) => document.subject === subject)?.id;
}

async function makeRecipient(
  { db }: ChannelParts,
  { tenant, subject }: Caller,
  name: string | undefined,
  language?: Language,
) {
  const id = recipientIdOf(subject);
  const recipient: Recipient = {
    name: name ?? id,
    ...(subject !== '' && { subject }),
    ...(language !== undefined && { language }),
  };
  await saveEntry(db, tenant, 'recipient', id, recipient);
  return id;
}

function recipientIdOf(subject: string): string {
  if (subject === '') return 'everybody'; // access is open, so callers are anonymous
  return `account-${createHash('sha256').update(subject).digest('hex').slice(0, 16)}`;
}
