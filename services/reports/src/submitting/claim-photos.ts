import type { Queryable } from '@alzette/kit/database';
import type { FilePort } from '../ports.ts';
import { ownerOf } from '../report/photos.ts';
import { notYours } from './new-report.ts';

/** Gives uploaded photos to a report: each belongs to one. @throws Problem 400: names the one that belongs to another */
export async function claimPhotos(
  { files }: { readonly files: FilePort },
  tx: Queryable,
  tenant: string,
  report: string,
  photos: readonly string[],
): Promise<void> {
  const claimed = await files.claim(tx, tenant, photos, ownerOf(report));
  const refusedOne = photos.find((photo) => !claimed.includes(photo));
  if (refusedOne !== undefined) throw notYours(refusedOne);
}
