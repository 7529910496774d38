import { refused } from '@alzette/kit/problems';
import type { Item } from '../items/item.ts';
import { KEEPER, storePicture } from '../items/item-pictures.ts';
import type { PublishingParts } from '../parts.ts';
import { type Changes, changedEntry, proposedFile } from './entry.ts';
import type { Proposal } from './proposals.ts';

type Parts = Pick<PublishingParts, 'images'>;

const ownerOf = (link: string) => `${KEEPER}${link}`;

/** Stores a picture that the keeper with this link may propose within a day. @returns the id of its file */
export function putPicture(parts: Parts, tenant: string, link: string, body: unknown): Promise<string> {
  return storePicture(parts, tenant, ownerOf(link), body, 'private');
}

/**
 * Keeps the proposed picture until somebody has decided.
 *
 * @throws Problem 400: the keeper has not sent it, so it may be a private file of someone else
 */
export async function keepPicture({ images }: Parts, tenant: string, link: string, changes: Changes): Promise<void> {
  const file = proposedFile(changes);
  if (file === undefined) return;
  if ((await images?.ownerOf(tenant, file)) !== ownerOf(link)) {
    throw refused('image.file', file, 'a picture that was sent with this link less than a day ago');
  }
  await images?.keep(tenant, file);
}

/** Deletes the picture of a proposal that was never published, if neither the entry nor `next` has it. */
export async function dropPicture(
  { images }: Parts,
  tenant: string,
  item: Item,
  proposal: Proposal | undefined,
  next: Changes,
): Promise<void> {
  if (proposal === undefined || proposal.state === 'accepted') return;
  const file = proposedFile(proposal.changes);
  if (file === undefined || file === proposedFile(next) || file === item.document.image?.file) return;
  await images?.remove(tenant, file);
}

/** The URLs of the pictures of an entry, as it is and as it is proposed, by the id of their file. */
export async function pictureUrls(
  { images }: Parts,
  tenant: string,
  item: Item,
  changes: Changes = {},
): Promise<Record<string, string>> {
  const files = [item.document.image?.file, changedEntry(item, changes).image?.file];
  const urls = await Promise.all(
    [...new Set(files)].flatMap((file) =>
      file === undefined ? [] : [images?.link(tenant, file).then((url) => [file, url] as const)],
    ),
  );
  return Object.fromEntries(urls.flatMap((each) => (each?.[1] === undefined ? [] : [[each[0], each[1]]])));
}
