import { createHmac } from 'node:crypto';
import type { KeyValue } from '../../subscriptions/subscription.ts';

/**
 * The headers of a signed message according to Standard Webhooks: `webhook-signature` is `v1,` followed by the base64
 * HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`; the timestamp is in seconds since 1970. No headers without
 * a key.
 */
export function signatureHeaders(
  notifierInfo: readonly KeyValue[],
  id: string,
  body: string,
  now: number,
): Record<string, string> {
  const key = notifierInfo.find((pair) => pair.key === 'HMAC-SHA256-Key')?.value;
  if (key === undefined) return {};
  const timestamp = `${Math.floor(now / 1000)}`;
  const secret = key.startsWith('whsec_') ? Buffer.from(key.slice('whsec_'.length), 'base64') : key;
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
