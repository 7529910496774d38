import { buildPushPayload } from '@block65/webcrypto-web-push';
import type { PushSubscription } from '../push/subscriptions.ts';
import type { VapidKeys } from '../push/vapid.ts';
import type { HttpMessage } from './http-exchange.ts';
import type { Outgoing } from './sender.ts';

/** For so long a push service keeps it for a browser that is away. */
const TTL_S = 24 * 60 * 60;

/** A message to a browser, encrypted for it (RFC 8291) and signed by us (RFC 8292). */
export async function pushMessage(
  subscription: PushSubscription,
  vapid: VapidKeys,
  subject: string,
  { id, content, language }: Outgoing,
): Promise<HttpMessage> {
  const data = {
    id,
    title: content.title[language],
    text: content.text[language],
    link: content.link,
    data: content.data,
  };
  const { method, headers, body } = await buildPushPayload(
    { data: JSON.stringify(data), options: { ttl: TTL_S, urgency: 'high' } },
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
