import { inLanguage } from '@alzette/kit/languages';
import { buildPushPayload } from '@block65/webcrypto-web-push';
import type { PushSubscription } from '../contract/contract.ts';
import type { VapidKeys } from '../push/vapid.ts';
import type { HttpMessage } from './http-exchange.ts';
import type { Outgoing } from './sender.ts';

/** Delivery options of a push service (RFC 8030). */
export interface PushOptions {
  /** Seconds that the push service keeps the message for an offline browser. */
  readonly ttlS: number;
  readonly urgency: 'low' | 'normal' | 'high';
}

const TO_OPERATORS: PushOptions = { ttlS: 24 * 60 * 60, urgency: 'high' };

/** The push message for a message of the outbox. */
export function pushMessage(
  subscription: PushSubscription,
  vapid: VapidKeys,
  subject: string,
  { id, content, language }: Outgoing,
): Promise<HttpMessage> {
  const { title, text, link, data } = content;
  const shown = { id, title: inLanguage(title, language), text: inLanguage(text, language), link, data };
  return encryptedMessage(subscription, vapid, subject, shown, TO_OPERATORS);
}

/**
 * A message to a browser, encrypted for it (RFC 8291) and signed by us (RFC 8292).
 *
 * @param subject contact for the push service: our URL
 */
export async function encryptedMessage(
  subscription: PushSubscription,
  vapid: VapidKeys,
  subject: string,
  data: object,
  { ttlS, urgency }: PushOptions,
): Promise<HttpMessage> {
  const { method, headers, body } = await buildPushPayload(
    { data: JSON.stringify(data), options: { ttl: ttlS, urgency } },
    { ...subscription, expirationTime: null },
    { subject, ...vapid },
  );
  return {
    method: method.toUpperCase() as 'POST',
    url: subscription.endpoint,
    headers: textHeaders(headers),
    body: new Uint8Array(body),
  };
}

function textHeaders(headers: object): { [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
