import { Problem, refused } from '@alzette/kit/problems';
import type { FastifyInstance } from 'fastify';
import type { GivenItem } from '../contract/documents.ts';
import type { PublishingParts } from '../parts.ts';
import type { Item } from './item.ts';

/** The owner of a keeper's picture begins with it; the link follows. */
export const KEEPER = 'keeper:';
/** The owner of a picture for items begins with it; their owner follows. */
const ITEM = 'item:';
const IS_SHOWN = `
  SELECT EXISTS (SELECT FROM publishing.item WHERE tenant = $1 AND document -> 'image' ->> 'file' = $2) AS shown`;

type Parts = Pick<PublishingParts, 'db' | 'images'>;

export function ownerOfPictures({ owner }: Pick<Item, 'owner'>): string {
  return ITEM + owner;
}

/**
 * @param before the item as it was, whose picture may stay. @throws Problem 400: another's picture, which may be private
 */
export async function checkPicture(
  { images }: Parts,
  tenant: string,
  { owner, document }: GivenItem,
  before?: Item,
): Promise<void> {
  const file = document.image?.file;
  if (images === undefined || file === undefined || file === before?.document.image?.file) return;
  if ((await images.ownerOf(tenant, file)) !== ownerOfPictures({ owner })) {
    throw refused('document.image.file', file, 'a picture that was sent to /publishing/pictures for this owner');
  }
}

/** Deletes a picture when no item shows it any more. */
export async function dropShownPicture({ db, images }: Parts, tenant: string, { document }: Item): Promise<void> {
  const file = document.image?.file;
  if (file === undefined) return;
  const owner = await images?.ownerOf(tenant, file);
  if (!owner?.startsWith(KEEPER) && !owner?.startsWith(ITEM)) return; // of an older version, and used elsewhere too
  const { rows } = await db.query<{ shown: boolean }>({ text: IS_SHOWN, values: [tenant, file] });
  if (rows[0]?.shown === false) await images?.remove(tenant, file);
}

/** Lets a scope accept images as raw bytes. */
export function takePictures(scope: FastifyInstance, bodyLimit: number): void {
  const types = /^(?:image\/[\w.+-]+|application\/octet-stream)/;
  scope.addContentTypeParser(types, { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
}

/** Stores the picture in a body for a day. @returns the id of its file */
export function storePicture(
  { images }: Pick<PublishingParts, 'images'>,
  tenant: string,
  owner: string,
  body: unknown,
  visibility: 'public' | 'private',
): Promise<string> {
  if (images === undefined) throw new Problem(501, 'No pictures', 'This server has no service for files');
  if (!Buffer.isBuffer(body)) throw refused('body', typeof body, 'the bytes of an image');
  return images.put(tenant, body, owner, visibility);
}
