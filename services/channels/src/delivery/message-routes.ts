import { randomUUID } from 'node:crypto';
import { missing, Problem, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { ChannelsContract, Roster } from '../contract/contract.ts';
import { findEntry } from '../entries/entries.ts';
import { audited } from '../entries/entry-routes.ts';
import type { NoticePort } from '../notice.ts';
import { onCall, type Turn, turnsBetween } from '../on-call/roster.ts';
import type { ChannelParts } from '../parts.ts';
import { findMessage, listMessages, retryMessage } from './messages.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 400;

/** `/channels/messages`: messages, their recipients and outcomes. */
export function messageHandlers(
  parts: ChannelParts,
  given: ServiceContext,
): Handlers<ChannelsContract, 'messages' | 'message' | 'retry'> {
  const { db } = parts;
  return {
    messages: async (request) => ({
      messages: await listMessages(db, given.callerOf(request).tenant, request.query),
    }),
    async message(request) {
      const { id } = request.params;
      const message = await findMessage(db, given.callerOf(request).tenant, id);
      if (message === undefined) throw missing('message', String(id));
      return message;
    },
    async retry(request) {
      const { id } = request.params;
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
    },
  };
}

/** Test messages, and who is on call. */
export function tryingHandlers(
  parts: ChannelParts,
  given: ServiceContext,
  port: NoticePort,
): Handlers<ChannelsContract, 'test' | 'turns'> {
  return {
    async test(request) {
      const { id } = request.params;
      const { to } = request.body;
      const key = `test:${randomUUID()}`;
      await port.send(given.callerOf(request).tenant, [
        {
          key,
          channel: id,
          ...(to !== undefined && { to }),
          severity: 'critical', // so that neither quiet hours nor a digest delay it
          title: { fr: 'Message d’essai', en: 'Test message' },
          text: { fr: 'Ce canal fonctionne.', en: 'This channel works.' },
          link: parts.territories.publicUrl(request.tenant),
          data: { event: 'test' },
        },
      ]);
      await audited(parts, given, request, 'channel.test', id);
      return { key };
    },
    async turns(request) {
      const { id } = request.params;
      const now = new Date();
      const { from = now, to = new Date(from.getTime() + 28 * DAY_MS) } = request.query;
      if (to <= from || to.getTime() - from.getTime() > MAX_DAYS * DAY_MS) {
        throw refused('to', to, `a time after ${from.toISOString()}, at most ${MAX_DAYS} days later`);
      }
      const roster = await findEntry<Roster>(parts.db, given.callerOf(request).tenant, 'roster', id);
      if (roster === undefined) throw missing('roster', id);
      const { timeZone } = parts.territories.of(request.tenant);
      const current = onCall(roster.document, now, timeZone);
      const turns = turnsBetween(roster.document, from, to, timeZone);
      return { ...(current && { now: shown(current) }), turns: turns.map(shown) };
    },
  };
}

function shown({ recipient, from, to }: Turn) {
  return { recipient, from: from.toISOString(), to: to.toISOString() };
}
