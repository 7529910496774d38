import type { ServiceContext } from '@alzette/kit/service';
import { request } from 'undici';
import { type Outcome, outcomeOfStatus } from './sender.ts';

export interface HttpMessage {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Uint8Array;
}

const TIMEOUT_MS = 15_000;
const MAX_READ = 2_000;

/**
 * Sends over HTTP, through the guard on outgoing URLs. Redirects are not followed, because they could lead anywhere.
 */
export async function exchange(outgoing: ServiceContext['outgoing'], message: HttpMessage): Promise<Outcome> {
  const verdict = await outgoing.check(message.url);
  if (!verdict.allowed) return { outcome: 'refused', detail: verdict.reason };
  try {
    const { statusCode, headers, body } = await request(message.url, {
      dispatcher: outgoing.dispatcher,
      method: message.method,
      headers: { 'user-agent': 'Alzette', ...message.headers },
      body: message.body,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal: AbortSignal.timeout(2 * TIMEOUT_MS),
    });
    const retryAfter = headers['retry-after'];
    return outcomeOfStatus(statusCode, await beginningOf(body), [retryAfter].flat()[0]);
  } catch (error) {
    return { outcome: 'retry', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function beginningOf(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('utf8');
    if (text.length > MAX_READ) {
      body.destroy();
      break;
    }
  }
  return text.slice(0, MAX_READ);
}
