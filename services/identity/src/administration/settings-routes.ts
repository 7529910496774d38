import { bodyReader, object } from '@alzette/kit/bodies';
import { missing, refused } from '@alzette/kit/problems';
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

const DAYS = { type: 'integer', minimum: 1, maximum: 3650 };
export const readRetention = bodyReader<{ [subject in RetentionSubject]?: number }>(
  object({ events: DAYS, throttles: DAYS, 'unused-accounts': DAYS }),
);
const LANGUAGES = object({ fr: { type: 'string', maxLength: 2000 }, en: { type: 'string', maxLength: 2000 } }, [
  'fr',
  'en',
]);
export const readEntry = bodyReader<object>(
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
const MOST = 1000;

/** `/ops/identity/keys`, `/events`, `/retention`, `/processing`. */
export function settingsRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db, secrets } = parts;

  // {"atOnce": true} when a key is no longer secret.
  scope.post('/keys/rotate', async (request, reply) => {
    const { atOnce = false } = bodyOf(request.body);
    const kid = await rotateSigningKeys(db, secrets, atOnce);
    await parts.record({ kind: 'keys-rotated', address: request.ip, detail: { kid, atOnce } });
    return reply.code(201).send({ kid });
  });

  scope.get<{ Querystring: { before?: string; limit?: string } }>('/events', async ({ query }) => {
    const limit = Number(query.limit ?? 100);
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
      throw refused('limit', query.limit, `a whole number from 1 to ${MOST}`);
    }
    const before = query.before === undefined ? undefined : Number(query.before);
    if (before !== undefined && !Number.isSafeInteger(before))
      throw refused('before', query.before, 'the id of an event');
    return { events: await latestEvents(db, before, limit) };
  });

  scope.get('/retention', () => retention(db));
  scope.patch('/retention', async (request) => {
    const body = readRetention(request.body);
    for (const [subject, days] of Object.entries(body)) await setRetention(db, subject as RetentionSubject, days);
    await parts.record({ kind: 'administration', address: request.ip, detail: { act: 'retention', ...body } });
    return retention(db);
  });

  scope.get('/processing', async () => ({ processing: await registerOfProcessing(db) }));
  scope.put<{ Params: { id: string } }>('/processing/:id', async (request, reply) => {
    await saveProcessingEntry(db, request.params.id, readEntry(request.body));
    await parts.record({
      kind: 'administration',
      address: request.ip,
      detail: { act: 'processing.save', id: request.params.id },
    });
    return reply.code(204).send();
  });
  scope.delete<{ Params: { id: string } }>('/processing/:id', async (request, reply) => {
    if (!(await deleteProcessingEntry(db, request.params.id))) throw missing('entry', request.params.id);
    return reply.code(204).send();
  });
}

export const readRotation = bodyReader<{ atOnce?: boolean }>(object({ atOnce: { type: 'boolean' } }));

function bodyOf(body: unknown): { atOnce?: boolean } {
  return body === undefined || body === null ? {} : readRotation(body);
}
