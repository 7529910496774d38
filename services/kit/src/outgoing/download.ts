import { request } from 'undici';
import type { Outgoing } from './outgoing.ts';

interface DownloadLimits {
  readonly maxBytes: number;
  /** For the whole download. */
  readonly withinMs: number;
}

/**
 * Downloads a file from a URL that a user or a setting gave: only from where connections may lead, without following
 * redirects, and not more than the limits.
 *
 * @throws Error: the URL is not allowed, its status is not 200, or it has more or takes longer than allowed
 */
export async function download(
  { check, dispatcher }: Pick<Outgoing, 'check' | 'dispatcher'>,
  url: string,
  { maxBytes, withinMs }: DownloadLimits,
): Promise<Buffer> {
  const verdict = await check(url);
  if (!verdict.allowed) throw new Error(`${url} may not be read: ${verdict.reason}`);
  const signal = AbortSignal.timeout(withinMs);
  const { statusCode, body } = await request(url, { dispatcher, headers: { 'user-agent': 'Alzette' }, signal });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`${url} has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  if (statusCode !== 200) throw new Error(`${url} answered HTTP ${statusCode}`);
  return Buffer.concat(chunks);
}
