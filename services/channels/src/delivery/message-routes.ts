import { randomUUID } from 'node:crypto';
import { bodyReader, ID, object } from '@alzette/kit/bodies';
import { dateTime, identifier, oneOf, readPath, readQuery, wholeNumber } from '@alzette/kit/parameters';
import { missing, Problem, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance } from 'fastify';
import { findEntry } from '../entries/entries.ts';
import { audited } from '../entries/entry-routes.ts';
import type { NoticePort } from '../notice.ts';
import { onCall, type Roster, turnsBetween } from '../on-call/roster.ts';
import type { ChannelParts } from '../parts.ts';
import { findMessage, listMessages, retryMessage } from './messages.ts';

const FILTER = {
  state: oneOf(['waiting', 'held', 'sent', 'failed', 'merged']),
  recipient: identifier(),
  channel: identifier(),
  before: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  limit: wholeNumber({ min: 1, max: 500, default: 50 }),
} as const;
const MESSAGE_ID = { id: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER, required: true }) };
const PERIOD = { from: dateTime(), to: dateTime() } as const;
const MAX_DAYS = 400;

const readTest = bodyReader<{ to?: string }>(
  object({ to: { type: 'string', pattern: `^(recipient|group|roster):${String(ID.pattern).slice(1)}` } }),
);

/** `/channels/messages`: messages, their recipients and outcomes; test messages; who is on call. */
export function messageRoutes(
  scope: FastifyInstance,
  parts: ChannelParts,
  given: ServiceContext,
  port: NoticePort,
): void {
  listRoutes(scope, parts, given);
  testRoutes(scope, parts, given, port);
}

function listRoutes(scope: FastifyInstance, parts: ChannelParts, given: ServiceContext): void {
  const { db } = parts;
  scope.get(
    '/messages',
    operation({
      access: 'administer',
      summary: 'The messages, newest first, each with its outcome',
      query: FILTER,
      answer: object({ messages: { type: 'array' } }),
    }),
    async (request) => ({
      messages: await listMessages(db, given.callerOf(request).tenant, readQuery(request, FILTER)),
    }),
  );
  scope.get(
    '/messages/:id',
    operation({ access: 'administer', summary: 'One message with all attempts', answer: { type: 'object' } }),
    async (request) => {
      const { id } = readPath(request, MESSAGE_ID);
      const message = await findMessage(db, given.callerOf(request).tenant, id);
      if (message === undefined) throw missing('message', String(id));
      return message;
    },
  );
  scope.post(
    '/messages/:id/retry',
    operation({ access: 'administer', summary: 'Sends a failed or waiting message now' }),
    async (request, reply) => {
      const { id } = readPath(request, MESSAGE_ID);
      const { tenant } = given.callerOf(request);
      if (!(await retryMessage(db, tenant, id))) {
        const known = await findMessage(db, tenant, id);
        if (known === undefined) throw missing('message', String(id));
        throw new Problem(
          409,
          'Conflict with existing data',
          `Message ${id} is ${known.state}, expected failed, waiting or held`,
        );
      }
      await audited(parts, given, request, 'message.retry', String(id));
      parts.wake();
      return reply.code(204).send();
    },
  );
}

function testRoutes(scope: FastifyInstance, parts: ChannelParts, given: ServiceContext, port: NoticePort): void {
  const { db } = parts;
  scope.post(
    '/:id/test',
    operation({
      access: 'administer',
      summary:
        'Sends a test message by a channel, including `email` and `push`; its outcome is in the list of messages',
      body: readTest.schema,
      answer: object({ key: { type: 'string' } }),
    }),
    async (request, reply) => {
      const { id } = readPath(request, { id: identifier({ required: true }) });
      const { to } = readTest(request.body ?? {});
      const key = `test:${randomUUID()}`;
      await port.send(given.callerOf(request).tenant, [
        {
          key,
          channel: id,
          ...(to !== undefined && { to }),
          severity: 'critical', // so that neither quiet hours nor a digest delay it
          title: { fr: 'Message d’essai', en: 'Test message' },
          text: { fr: 'Ce canal fonctionne.', en: 'This channel works.' },
          link: parts.publicUrl,
          data: { event: 'test' },
        },
      ]);
      await audited(parts, given, request, 'channel.test', id);
      return reply.code(202).send({ key });
    },
  );
  scope.get(
    '/rosters/:id/turns',
    operation({
      access: 'administer',
      summary: 'Who is on call now, and the shifts between two times',
      query: PERIOD,
      answer: object({ now: { type: 'object' }, turns: { type: 'array' } }),
    }),
    async (request) => {
      const { id } = readPath(request, { id: identifier({ required: true }) });
      const now = new Date();
      const { from = now, to = new Date(from.getTime() + 28 * 86_400_000) } = readQuery(request, PERIOD);
      if (to <= from || to.getTime() - from.getTime() > MAX_DAYS * 86_400_000) {
        throw refused('to', to, `a time after ${from.toISOString()}, at most ${MAX_DAYS} days later`);
      }
      const roster = await findEntry<Roster>(db, given.callerOf(request).tenant, 'roster', id);
      if (roster === undefined) throw missing('roster', id);
      const current = onCall(roster.document, now, parts.timeZone);
      return { ...(current && { now: current }), turns: turnsBetween(roster.document, from, to, parts.timeZone) };
    },
  );
}
