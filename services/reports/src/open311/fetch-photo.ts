import { download } from '@alzette/kit/download';
import { refused } from '@alzette/kit/problems';
import type { ReportParts } from '../parts.ts';
import { PHOTO_OWNER } from '../report/photos.ts';

const LIMITS = { maxBytes: 10 * 1024 * 1024, withinMs: 15_000 };

/** Downloads a photo from another server. @throws Problem 400: it can't be downloaded, or is not an image */
export async function fetchPhoto({ outgoing, files }: ReportParts, tenant: string, url: string): Promise<string> {
  const bytes = await download(outgoing, url, LIMITS).catch((cause: Error) => {
    throw refused('media_url', url, `the URL of an image that can be fetched: ${cause.message}`);
  });
  const { id, kind } = await files.put(tenant, bytes, { owner: { kind: PHOTO_OWNER }, visibility: 'private' });
  if (kind !== 'image') throw refused('media_url', url, 'the URL of an image');
  return id;
}
