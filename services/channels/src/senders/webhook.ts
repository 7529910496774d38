import { createHmac } from 'node:crypto';
import { inLanguage } from '@alzette/kit/languages';
import type { HttpMessage } from './http-exchange.ts';
import type { Outgoing } from './sender.ts';

/**
 * A message to a program, signed by Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature: v1,…`,
 * the HMAC-SHA256 over id, timestamp and body.
 *
 * @param secret `whsec_` and base64
 */
export function webhookMessage(
  url: string,
  secret: string,
  { id, content, language }: Outgoing,
  at: Date,
): HttpMessage {
  const { title, text, link, data } = content;
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const body = JSON.stringify({
    type: String(data.event ?? 'message'),
    timestamp: at.toISOString(),
    data: { ...data, title: inLanguage(title, language), text: inLanguage(text, language), link },
  });
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature(secret, `${id}.${timestamp}.${body}`)}`,
    },
    body,
  };
}

const PREFIX = 'whsec_';

function signature(secret: string, signed: string): string {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  return createHmac('sha256', key).update(signed).digest('base64');
}
