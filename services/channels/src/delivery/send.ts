import type { Channel, Recipient } from '../contract/contract.ts';
import { findEntry } from '../entries/entries.ts';
import { secretOwner } from '../entries/secret.ts';
import type { ChannelParts } from '../parts.ts';
import { deletePushSubscription, openPushSubscription } from '../push/subscriptions.ts';
import { emailSender } from '../senders/email.ts';
import { exchange, type HttpMessage } from '../senders/http-exchange.ts';
import { matrixMessage } from '../senders/matrix.ts';
import { pushMessage } from '../senders/push.ts';
import type { Outcome, Outgoing } from '../senders/sender.ts';
import { type Settings, TELEPHONE_PROVIDERS } from '../senders/telephone.ts';
import { webhookMessage } from '../senders/webhook.ts';
import type { TakenMessage } from './outbox.ts';

/** Sends one message by its channel, with the present addresses and settings. */
export async function sendMessage(parts: ChannelParts, message: TakenMessage): Promise<Outcome> {
  const { tenant, channel, recipient, n, content } = message;
  const person = recipient === '' ? undefined : await findEntry<Recipient>(parts.db, tenant, 'recipient', recipient);
  if (recipient !== '' && person === undefined)
    return { outcome: 'refused', detail: `recipient "${recipient}" does not exist` };
  const { email, phone, language = 'fr' } = person?.document ?? {};
  const base = { id: `${n}.${new URL(parts.publicUrl).hostname}`, content, language };
  if (channel === 'email') {
    if (email === undefined) return { outcome: 'refused', detail: `${recipient} has no e-mail address` };
    return emailSender(
      parts.mail,
      tenant,
      new URL(parts.publicUrl).hostname,
    )({ ...base, id: String(n), address: email });
  }
  if (channel === 'push') return sendPush(parts, message, { ...base, address: '' });

  const entry = await findEntry<Channel>(parts.db, tenant, 'channel', channel);
  if (entry === undefined || entry.document.enabled === false) {
    return { outcome: 'refused', detail: `channel "${channel}" does not exist or is off` };
  }
  const secrets =
    entry.secret === undefined
      ? {}
      : (JSON.parse(parts.secrets.open(entry.secret, secretOwner(tenant, channel))) as Settings);
  const isTelephone = entry.document.kind === 'sms' || entry.document.kind === 'voice';
  if (isTelephone && phone === undefined) return { outcome: 'refused', detail: `${recipient} has no telephone number` };
  if (entry.document.kind === 'service') {
    const { provider = '', settings } = entry.document;
    const outgoing = { ...base, tenant, address: '' };
    const by = parts.serviceChannels.get(provider);
    return by === undefined
      ? { outcome: 'retry', detail: `${provider} does not run` }
      : by.send(outgoing, { settings, secrets });
  }
  const http = httpMessageOf(entry.document, secrets, { ...base, address: phone ?? '' });
  return exchange(parts.outgoing, http);
}

/** The HTTP request of a configured channel. */
function httpMessageOf({ kind, provider = '', settings }: Channel, secrets: Settings, message: Outgoing): HttpMessage {
  const now = new Date();
  switch (kind) {
    case 'webhook':
      return webhookMessage(settings.url ?? '', secrets.key ?? '', message, now);
    case 'matrix':
      return matrixMessage(
        { homeserver: settings.homeserver ?? '', room: settings.room ?? '' },
        secrets.accessToken ?? '',
        message,
      );
    default: {
      const known = TELEPHONE_PROVIDERS[provider];
      if (known === undefined) throw new Error(`no provider "${provider}"`); // validated when the channel was stored
      return known.messageOf(settings, secrets, message, now);
    }
  }
}

async function sendPush(
  parts: ChannelParts,
  { tenant, recipient, address }: TakenMessage,
  message: Outgoing,
): Promise<Outcome> {
  const subscription = await openPushSubscription(parts.db, parts.secrets, tenant, recipient, address);
  if (subscription === undefined) return { outcome: 'refused', detail: 'the browser has been unsubscribed' };
  parts.shares.take(tenant, 'pushes');
  const http = await pushMessage(
    subscription,
    await parts.vapidOf(tenant),
    parts.territories.publicUrl(tenant),
    message,
  );
  const outcome = await exchange(parts.outgoing, http);
  const isGone = outcome.outcome === 'refused' && /^HTTP (404|410)/.test(outcome.detail);
  if (isGone) await deletePushSubscription(parts.db, tenant, recipient, address);
  return outcome;
}
