import type { Queryable } from '@alzette/kit/database';
import { type Problem, refused } from '@alzette/kit/problems';
import type { FilePort } from '../ports.ts';
import { ownerOf } from '../report/photos.ts';

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

/** For a photo that does not exist, too, so that nobody learns which do. */
export function notYours(photo: string): Problem {
  return refused('photos', photo, 'the token of a photo that you uploaded within a day and that is in no other report');
}
