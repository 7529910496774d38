import { unlessNodeIsAway } from '@alzette/kit/each-tenant';
import { traceOfText, withSpan } from '@alzette/kit/tracing';
import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import type { Publish } from '../frames/message-ports.ts';
import type { Command } from './command.ts';
import type { OpenCommands } from './command-rows.ts';
import * as rows from './command-rows.ts';
import type { PostDownlink, SendToLamp } from './send-command.ts';
import { RefusedError, sendCommand } from './send-command.ts';

interface SendParts {
  readonly db: Database;
  readonly publish: Publish;
  readonly toLamp: SendToLamp;
  readonly post: PostDownlink;
  readonly logger: Logger;
}

/** Expires overdue commands and sends due ones. Tenants of a node that has become unreachable wait. */
export async function sendAllDue(parts: SendParts, tenants: readonly OpenCommands[]): Promise<void> {
  const leased: Command[] = [];
  for (const { tenant, overdue, due } of tenants) {
    await unlessNodeIsAway(async () => {
      if (overdue) await rows.expireOverdue(parts.db, tenant);
      if (due) leased.push(...(await rows.leaseDue(parts.db, tenant)));
    });
  }
  await Promise.all(leased.map((command) => sendTraced(parts, command)));
}

/** Sends a command within the trace of its request. */
function sendTraced(parts: SendParts, command: Command): Promise<void> {
  const { id, name, entityId, trace, message } = command;
  const about = { 'alzette.command': id, 'alzette.entity': entityId, 'alzette.way': message.way };
  const span = { name: `command ${name}`, kind: 'producer', attributes: about } as const;
  return withSpan(traceOfText(trace), span, () => sendDue(parts, command));
}

/** Sends a command and records its progress. If it can't be sent now, it is leased again later. */
async function sendDue({ db, publish, toLamp, post, logger }: SendParts, command: Command): Promise<void> {
  try {
    const sent = await sendCommand(command, publish, toLamp, post);
    if (sent === 'accepted') {
      // Nothing would confirm that a lamp is back at its programme.
      const isBack = command.message.way === 'talq' && command.message.level === null;
      await rows.advance(db, command, isBack ? 'DELIVERED' : 'SENT', { done: isBack });
      return;
    }
    if (sent === 'delivered') {
      await rows.advance(db, command, 'DELIVERED', { done: true });
      return;
    }
    if (sent === 'published') {
      // The network server reports itself when it has been transmitted.
      await rows.advance(db, command, command.message.way === 'downlink' ? 'QUEUED' : 'SENT');
      return;
    }
    const result = sent.results.find(({ name }) => name === command.name);
    if (result === undefined) await rows.advance(db, command, 'DELIVERED');
    else {
      const { failed, info } = result;
      const at = new Date().toISOString();
      await rows.answer(db, command, { message: null, at, failed, info, isUnexpected: false });
    }
  } catch (cause) {
    if (cause instanceof RefusedError) await rows.advance(db, command, 'ERROR', { info: cause.message });
    else {
      logger.debug({ err: cause, command: command.id }, 'a command could not be sent and will be retried');
      await rows.noteNotSent(db, command);
    }
  }
}
