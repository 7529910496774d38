import { refused } from '@alzette/kit/problems';
import { fetch } from 'undici';
import type { ReportParts } from '../parts.ts';
import { PHOTO_OWNER } from '../report/photos.ts';

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 10 * 1024 * 1024;

/** Downloads a photo from another server. @throws Problem 400: it can't be downloaded, or is not an image */
export async function fetchPhoto({ outgoing, files }: ReportParts, tenant: string, url: string): Promise<string> {
  const verdict = await outgoing.check(url, ['https:', 'http:']);
  if (!verdict.allowed) throw refused('media_url', url, `another URL: ${verdict.reason}`);
  const bytes = await read(url, outgoing.dispatcher);
  const { id, kind } = await files.put(tenant, bytes, { owner: { kind: PHOTO_OWNER }, visibility: 'private' });
  if (kind !== 'image') throw refused('media_url', url, 'the URL of an image');
  return id;
}

async function read(url: string, dispatcher: ReportParts['outgoing']['dispatcher']): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  try {
    const answer = await fetch(url, { dispatcher, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!answer.ok || answer.body === null)
      throw refused('media_url', url, `a URL that answers 200; got ${answer.status}`);
    let length = 0;
    for await (const chunk of answer.body) {
      length += chunk.length;
      if (length > MAX_BYTES) throw refused('media_url', url, `an image of at most ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof Error && 'status' in cause
      ? cause
      : refused('media_url', url, `a URL that can be fetched: ${cause}`);
  }
  return Buffer.concat(chunks);
}
