import { bodyReader, object, TEXT } from '@alzette/kit/bodies';
import { readQuery, wholeNumber } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { registerOfProcessing } from '../accounts/register.ts';
import type { IdentityParts } from '../parts.ts';
import { latestEvents } from '../store/events.ts';
import {
  deleteProcessingEntry,
  type RetentionSubject,
  retention,
  saveProcessingEntry,
  setRetention,
} from '../store/personal-data.ts';
import { rotateSigningKeys } from '../store/signing-keys.ts';
import { listOf } from './answers.ts';

const DAYS = { type: 'integer', minimum: 1, maximum: 3650 };
const readRetention = bodyReader<{ [subject in RetentionSubject]?: number }>(
  object({ events: DAYS, throttles: DAYS, 'unused-accounts': DAYS }),
);
const WORDS = { type: 'string', maxLength: 2000 };
const LANGUAGES = object({ fr: WORDS, en: WORDS, de: WORDS, lb: WORDS }, ['fr', 'en']);
const readEntry = bodyReader<object>(
  object(
    {
      title: LANGUAGES,
      purpose: LANGUAGES,
      basis: LANGUAGES,
      data: LANGUAGES,
      people: LANGUAGES,
      recipients: LANGUAGES,
      kept: LANGUAGES,
      measures: LANGUAGES,
    },
    ['title', 'purpose', 'basis', 'data', 'people', 'recipients', 'kept', 'measures'],
  ),
);
const EVENTS = {
  before: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  limit: wholeNumber({ min: 1, max: 1000, default: 100 }),
};

const readRotation = bodyReader<{ atOnce?: boolean }>(object({ atOnce: { type: 'boolean' } }));

/** `/ops/identity/keys`, `/events`, `/retention`, `/processing`. */
export function settingsRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  keyAndEventRoutes(scope, parts);
  retentionRoutes(scope, parts);
}

function keyAndEventRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db, secrets } = parts;
  // {"atOnce": true} if a key is compromised.
  scope.post(
    '/keys/rotate',
    operation({
      access: 'administerAll',
      summary: 'Signs tokens with a new key; `atOnce`: revokes the tokens of the old key',
      body: readRotation.schema,
      answer: object({ kid: TEXT }),
    }),
    async (request, reply) => {
      const { atOnce = false } = readRotation(request.body ?? {});
      const kid = await rotateSigningKeys(db, secrets, atOnce);
      await parts.record({ kind: 'keys-rotated', address: request.ip, detail: { kid, atOnce } });
      return reply.code(201).send({ kid });
    },
  );

  scope.get(
    '/events',
    operation({
      access: 'administerAll',
      summary: 'Sign-ins and changes of accounts, newest first',
      query: EVENTS,
      answer: listOf('events'),
    }),
    async (request) => {
      const { before, limit } = readQuery(request, EVENTS);
      return { events: await latestEvents(db, before, limit) };
    },
  );
}

function retentionRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db } = parts;
  scope.get('/retention', operation({ access: 'administerAll', summary: 'Retention periods in days' }), () =>
    retention(db),
  );
  scope.patch(
    '/retention',
    operation({
      access: 'administerAll',
      audited: { values: 'route' },
      summary: 'Changes the retention periods',
      body: readRetention.schema,
    }),
    async (request) => {
      const body = readRetention(request.body);
      for (const [subject, days] of Object.entries(body)) await setRetention(db, subject as RetentionSubject, days);
      await parts.record({ kind: 'administration', address: request.ip, detail: { act: 'retention', ...body } });
      return retention(db);
    },
  );

  scope.get(
    '/processing',
    operation({
      access: 'administerAll',
      summary: 'The register of processing of personal data',
      answer: listOf('processing'),
    }),
    async () => ({ processing: await registerOfProcessing(db) }),
  );
  scope.put<{ Params: { id: string } }>(
    '/processing/:id',
    operation({
      access: 'administerAll',
      audited: { values: 'above' },
      summary: 'Adds or replaces an entry of the register',
      body: readEntry.schema,
    }),
    async (request, reply) => {
      await saveProcessingEntry(db, request.params.id, readEntry(request.body));
      await parts.record({
        kind: 'administration',
        address: request.ip,
        detail: { act: 'processing.save', id: request.params.id },
      });
      return reply.code(204).send();
    },
  );
  scope.delete<{ Params: { id: string } }>(
    '/processing/:id',
    operation({
      access: 'administerAll',
      audited: { values: 'above' },
      summary: 'Removes an added entry, or restores the one that comes with the product',
    }),
    async (request, reply) => {
      if (!(await deleteProcessingEntry(db, request.params.id))) throw missing('entry', request.params.id);
      return reply.code(204).send();
    },
  );
}
