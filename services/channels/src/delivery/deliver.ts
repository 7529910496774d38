import type { Countable } from '@alzette/kit/shares';
import type { Recipient } from '../contract/contract.ts';
import { findEntry } from '../entries/entries.ts';
import type { ChannelParts } from '../parts.ts';
import { limitHold } from '../preferences/when.ts';
import type { Outcome } from '../senders/sender.ts';
import { type Sending, sendDueMessages, sentWithinAnHour, type TakenMessage } from './outbox.ts';
import { releaseHeldMessages } from './release.ts';
import { pauseMs } from './retry.ts';
import { sendMessage } from './send.ts';

const AT_ONCE = 20;
/** Channels whose messages are counted of each tenant. */
const SHARED: { readonly [channel: string]: Countable } = { email: 'mails', push: 'pushes' };

/** Sends due messages. @returns how many were taken; if it is more than 0, there may be more */
export async function deliverDue(parts: ChannelParts): Promise<number> {
  const released = await releaseHeldMessages(parts.db);
  // Each message belongs to another lane.
  const taken = await sendDueMessages(
    parts.db,
    AT_ONCE,
    (message) => deliverOne(parts, message),
    (err, message) => parts.logger.error({ err, message }, 'could not record the outcome of a message'),
  );
  return released + taken;
}

async function deliverOne(parts: ChannelParts, message: TakenMessage): Promise<Sending> {
  const hold = await beyondLimit(parts, message);
  if (hold !== undefined) return { is: 'held', ...hold };
  const outcome = await tryToSend(parts, message);
  if (outcome.outcome === 'sent') return { is: 'sent', detail: outcome.detail };
  const reason = outcome.detail ?? '';
  const at = outcome.outcome === 'retry' ? nextAttempt(parts, message, outcome) : undefined;
  return at === undefined ? { is: 'failed', reason } : { is: 'retry', at, reason };
}

/** An unexpected error must not lose a message: it is retried until it is given up. */
async function tryToSend(parts: ChannelParts, message: TakenMessage): Promise<Outcome> {
  try {
    return await sendMessage(parts, message);
  } catch (error) {
    parts.logger.error({ err: error, message: message.n }, 'could not compose a message');
    return { outcome: 'retry', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function beyondLimit({ db, shares }: ChannelParts, { tenant, channel, recipient, severity }: TakenMessage) {
  const shared = SHARED[channel];
  const until = shared && shares.usedUpUntil(tenant, shared);
  if (until !== undefined) return { until, reason: 'quota' };
  if (recipient === '') return undefined;
  const preferences = (await findEntry<Recipient>(db, tenant, 'recipient', recipient))?.document;
  if (preferences?.mostAnHour === undefined) return undefined;
  return limitHold(preferences, severity, await sentWithinAnHour(db, tenant, recipient));
}

/** Undefined: it has been retried for long enough. */
function nextAttempt(
  { retry }: ChannelParts,
  { attempts, firstAttemptAt }: TakenMessage,
  { afterMs = 0 }: Outcome & { afterMs?: number },
) {
  const now = Date.now();
  if (now - firstAttemptAt.getTime() > retry.giveUpAfterMs) return undefined;
  return new Date(now + Math.max(pauseMs(retry, attempts), afterMs));
}
